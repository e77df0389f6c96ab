-- The order lines that are used. (order_id, line_id) counts once: of lines that differ, the latest, then the greatest;
-- none when any of its rows is void or cancelled (an older export still has it as sold).
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
    FROM orders_rows AS rows_of_line
    WHERE reason IS NULL AND line_id IS NOT NULL
        AND NOT EXISTS (
            SELECT 1 FROM orders_rows AS final
            WHERE final.is_final AND final.order_id = rows_of_line.order_id AND final.line_id = rows_of_line.line_id
        )
    GROUP BY order_id, line_id
)
