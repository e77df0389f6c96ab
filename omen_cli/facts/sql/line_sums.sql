-- What each SKU in each unit sold on each day: sums over the order lines, with the money by kind. The days before the first
-- window count as one, the day before it; so do the days after the observed window that the stock on hand does not yet
-- know of: they stand as its `end`. `day` is null for what was sold later still.
SELECT
    sku,
    unit,
    CASE
        WHEN day < {first} THEN {first} - 1
        WHEN day < {end} THEN day
        WHEN day <= {stock} THEN {end}
    END AS day,
    COUNT(*) AS lines,
    SUM(CASE WHEN quantity > 0
        THEN CAST(unit_price AS DECIMAL(38, 4)) * CAST(quantity AS DECIMAL(38, 4)) ELSE 0 END) AS gross,
    SUM(CAST(CASE WHEN quantity > 0 THEN discount ELSE 0 END AS DECIMAL(38, 8))) AS discounts,
    SUM(CASE WHEN quantity < 0
        THEN CAST(unit_price AS DECIMAL(38, 4)) * CAST(-quantity AS DECIMAL(38, 4)) - discount ELSE 0 END) AS returned,
    SUM(CAST(quantity AS DECIMAL(38, 4))) AS units,
    MIN(CASE WHEN quantity > 0 THEN day END) AS first_sale,
    MAX(CASE WHEN quantity > 0 THEN day END) AS last_sale,
    MAX(CASE WHEN quantity > 0 THEN ordered_at END) AS newest
FROM order_lines
GROUP BY 1, 2, 3
