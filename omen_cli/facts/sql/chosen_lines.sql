-- Of the lines that may stand more than once, those that count: (order_id, line_id) once, of lines that differ the latest,
-- then the greatest; none when any of its rows is void or cancelled (an older export still has it as sold).
SELECT order_id, chosen.ordered_at, chosen.sku, chosen.unit, chosen.quantity, chosen.unit_price, chosen.discount
FROM (
    SELECT
        order_id,
        MAX(STRUCT_PACK(
            ordered_at := ordered_at, sku := sku, unit := unit, quantity := quantity,
            unit_price := unit_price, discount := discount
        )) AS chosen
    FROM doubtful_rows AS rows_of_line
    WHERE reason IS NULL AND line_id IS NOT NULL
        AND NOT EXISTS (
            SELECT 1 FROM doubtful_rows AS final
            WHERE final.is_final AND final.order_id = rows_of_line.order_id AND final.line_id = rows_of_line.line_id
        )
    GROUP BY order_id, line_id
)
