-- The distinct orders of each window: those that stand on one day only are counted by day, the few others one by one.
WITH orders AS (
    SELECT order_id, MIN(day) AS first_day, MAX(day) AS last_day FROM order_days GROUP BY order_id
),
of_one_day AS (
    SELECT first_day AS day, COUNT(*) AS orders FROM orders WHERE first_day = last_day GROUP BY first_day
),
of_more_days AS (
    SELECT DISTINCT order_days.order_id, order_days.day
    FROM order_days
    INNER JOIN orders ON orders.order_id = order_days.order_id AND orders.first_day < orders.last_day
)
SELECT name, SUM(orders)
FROM (
    SELECT windows.name, SUM(of_one_day.orders) AS orders
    FROM windows
    INNER JOIN of_one_day ON of_one_day.day >= windows.first_day AND of_one_day.day < windows.end_day
    GROUP BY windows.name
    UNION ALL
    SELECT windows.name, COUNT(DISTINCT of_more_days.order_id) AS orders
    FROM windows
    INNER JOIN of_more_days ON of_more_days.day >= windows.first_day AND of_more_days.day < windows.end_day
    GROUP BY windows.name
)
GROUP BY name
