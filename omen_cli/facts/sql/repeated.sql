-- Of the lines that count once by (order_id, line_id): how many repeat one that counts, and how many of those differ.
SELECT COALESCE(SUM(lines - 1), 0) AS repeated, COALESCE(SUM(CASE WHEN versions > 1 THEN lines - 1 ELSE 0 END), 0)
FROM (
    SELECT
        COUNT(*) AS lines,
        COUNT(DISTINCT STRUCT_PACK(
            ordered_at := ordered_at, sku := sku, unit := unit, quantity := quantity,
            unit_price := unit_price, discount := discount
        )) AS versions
    FROM doubtful_rows
    WHERE reason IS NULL AND line_id IS NOT NULL
    GROUP BY order_id, line_id
    HAVING COUNT(*) > 1
)
