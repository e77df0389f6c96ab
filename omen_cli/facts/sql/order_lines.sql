-- The order lines that are used, each once.
SELECT order_id, ordered_at, CAST(ordered_at AS DATE) AS day, sku, unit, quantity, unit_price, discount
FROM (
    SELECT order_id, ordered_at, sku, unit, quantity, unit_price, discount
    FROM orders_rows
    WHERE reason IS NULL
        AND NOT (has_line_id AND EXISTS (SELECT 1 FROM shared_keys WHERE shared_keys.key = orders_rows.key))
    UNION ALL
    SELECT order_id, ordered_at, sku, unit, quantity, unit_price, discount
    FROM chosen_lines
)
