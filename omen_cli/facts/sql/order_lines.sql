-- The order lines that are used. (order_id, line_id) counts once: of lines that differ, the latest, then the greatest.
SELECT order_id, ordered_at, day, sku, unit, quantity, unit_price, discount
FROM orders_rows
WHERE reason IS NULL AND line_id IS NULL
UNION ALL
SELECT order_id, chosen.ordered_at, CAST(chosen.ordered_at AS DATE) AS day, chosen.sku, chosen.unit, chosen.quantity,
    chosen.unit_price, chosen.discount
FROM (
    SELECT
        order_id,
        MAX(STRUCT_PACK(
            ordered_at := ordered_at, sku := sku, unit := unit, quantity := quantity,
            unit_price := unit_price, discount := discount
        )) AS chosen
    FROM orders_rows
    WHERE reason IS NULL AND line_id IS NOT NULL
    GROUP BY order_id, line_id
)
