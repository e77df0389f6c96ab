-- The sums of each SKU and day, with the item that the SKU belongs to and the sums whose unit cost is known.
SELECT
    sums.*,
    sku_matches.item_sku,
    sku_matches.unit_cost IS NULL AS is_uncosted,
    CASE WHEN sku_matches.unit_cost IS NOT NULL THEN gross ELSE 0 END AS known_gross,
    CASE WHEN sku_matches.unit_cost IS NOT NULL THEN gross - discounts - returned ELSE 0 END AS known_net,
    COALESCE(CAST(sku_matches.unit_cost AS DECIMAL(38, 4)) * units, 0) AS known_cost
FROM line_sums AS sums
INNER JOIN sku_matches ON sku_matches.sku = sums.sku AND sku_matches.unit = sums.unit
WHERE sums.day IS NOT NULL
