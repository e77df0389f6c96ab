-- The sums of each window; a window without lines has no row. Money has scale 8 and is exact.
SELECT
    windows.name,
    COUNT(*) AS lines,
    COUNT(DISTINCT CASE WHEN quantity > 0 THEN order_id END) AS orders,
    SUM(gross) AS gross,
    SUM(discounts) AS discounts,
    SUM(returned) AS returned,
    SUM(CAST(quantity AS DECIMAL(38, 4))) AS units,
    SUM(CASE WHEN unit_cost IS NOT NULL THEN gross ELSE 0 END) AS known_gross,
    SUM(CASE WHEN unit_cost IS NOT NULL THEN gross - discounts - returned ELSE 0 END) AS known_net,
    SUM(CASE WHEN unit_cost IS NOT NULL
        THEN CAST(unit_cost AS DECIMAL(38, 4)) * CAST(quantity AS DECIMAL(38, 4)) ELSE 0 END) AS known_cost
FROM windows
INNER JOIN sales ON sales.day >= windows.first_day AND sales.day < windows.end_day
GROUP BY windows.name
ORDER BY windows.name
