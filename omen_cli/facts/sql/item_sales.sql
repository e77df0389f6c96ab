-- What each inventory item sold up to the end of the observed window: in it, in the velocity window (not before the
-- item was first seen), and the days of its first and last sale.
SELECT
    sales.item_sku,
    SUM(CASE WHEN sales.day >= observed.first_day THEN gross ELSE 0 END) AS gross,
    SUM(CASE WHEN sales.day >= observed.first_day THEN discounts ELSE 0 END) AS discounts,
    SUM(CASE WHEN sales.day >= observed.first_day THEN returned ELSE 0 END) AS returned,
    SUM(CASE WHEN sales.day >= observed.first_day THEN CAST(quantity AS DECIMAL(38, 4)) ELSE 0 END) AS units,
    SUM(CASE WHEN sales.day >= velocity.first_day AND (items.first_seen IS NULL OR sales.day >= items.first_seen)
        THEN CAST(quantity AS DECIMAL(38, 4)) ELSE 0 END) AS velocity_units,
    MIN(CASE WHEN quantity > 0 THEN sales.day END) AS first_sale,
    MAX(CASE WHEN quantity > 0 THEN sales.day END) AS last_sale
FROM sales
INNER JOIN items ON items.sku = sales.item_sku
CROSS JOIN (SELECT first_day, end_day FROM windows WHERE name = 'observed') AS observed
CROSS JOIN (SELECT first_day FROM windows WHERE name = 'velocity') AS velocity
WHERE sales.day < observed.end_day
GROUP BY sales.item_sku
ORDER BY sales.item_sku
