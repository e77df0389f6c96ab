-- What is kept of every order line: little, for there may be very many. The order's id where orders are counted.
SELECT
    file_no, reason, line_id IS NOT NULL AS has_line_id, key,
    CASE WHEN reason IS NULL AND quantity > 0 AND day >= {first} AND day < {end} THEN order_id END AS order_id,
    ordered_at, sku, unit, quantity, unit_price, discount
FROM ({keyed})
