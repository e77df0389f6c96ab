-- Every order line that is used, with its money by kind, the item it belongs to and the cost that was found for it.
SELECT
    order_lines.day,
    order_lines.order_id,
    order_lines.sku,
    order_lines.quantity,
    sku_matches.item_sku,
    sku_matches.unit_cost,
    CASE WHEN quantity > 0
        THEN CAST(unit_price AS DECIMAL(38, 4)) * CAST(quantity AS DECIMAL(38, 4)) ELSE 0 END AS gross,
    CAST(CASE WHEN quantity > 0 THEN discount ELSE 0 END AS DECIMAL(38, 8)) AS discounts,
    CASE WHEN quantity < 0
        THEN CAST(unit_price AS DECIMAL(38, 4)) * CAST(-quantity AS DECIMAL(38, 4)) - discount ELSE 0 END AS returned
FROM order_lines
INNER JOIN sku_matches ON sku_matches.sku = order_lines.sku AND sku_matches.unit = order_lines.unit
