-- What each SKU sold in the observed window and in the first before it: an inventory item under the item's SKU, what
-- matches none under the SKU as it was sold.
SELECT
    sales.item_sku IS NOT NULL AS is_item,
    COALESCE(sales.item_sku, sales.sku) AS sku,
    windows.name,
    SUM(gross) AS gross,
    SUM(discounts) AS discounts,
    SUM(returned) AS returned,
    SUM(units) AS units,
    SUM(known_gross) AS known_gross,
    SUM(known_net) AS known_net,
    SUM(known_cost) AS known_cost
FROM windows
INNER JOIN sales ON sales.day >= windows.first_day AND sales.day < windows.end_day
WHERE windows.name IN ('observed', 'before1')
GROUP BY 1, 2, 3
