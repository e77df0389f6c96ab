-- The sums of each day with a line. Money has scale 8 and is exact.
SELECT
    day,
    SUM(lines) AS lines,
    SUM(gross) AS gross,
    SUM(discounts) AS discounts,
    SUM(returned) AS returned,
    SUM(units) AS units,
    SUM(known_gross) AS known_gross,
    SUM(known_net) AS known_net,
    SUM(known_cost) AS known_cost
FROM sales
GROUP BY day
