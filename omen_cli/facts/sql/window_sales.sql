-- The sums of each window, from those of its days; a window without lines has no row.
SELECT
    windows.name,
    SUM(lines) AS lines,
    SUM(gross) AS gross,
    SUM(discounts) AS discounts,
    SUM(returned) AS returned,
    SUM(units) AS units,
    SUM(known_gross) AS known_gross,
    SUM(known_net) AS known_net,
    SUM(known_cost) AS known_cost
FROM windows
INNER JOIN day_sales ON day_sales.day >= windows.first_day AND day_sales.day < windows.end_day
GROUP BY windows.name
