-- How many lines without a line id stand, to the letter, in more than one file.
SELECT COALESCE(SUM(lines), 0)
FROM (
    SELECT COUNT(*) AS lines
    FROM orders_rows
    WHERE reason IS NULL AND line_id IS NULL
        AND (SELECT COUNT(DISTINCT file_no) FROM orders_rows) > 1
    GROUP BY order_id, ordered_at, sku, unit, quantity, unit_price, discount
    HAVING COUNT(DISTINCT file_no) > 1
)
