-- The aggregates of a weekly snapshot of 2026-01-11 as somebody would write them by hand, in one query, knowing the
-- file: (order_id, line_id) counts once, the latest of its lines, and not at all when one of them is void.
WITH lines AS MATERIALIZED (
    SELECT
        order_id,
        MAX(ordered_at) AS ordered_at,
        ARG_MAX(sku, ordered_at) AS sku,
        ARG_MAX(quantity, ordered_at) AS quantity,
        ARG_MAX(unit_price, ordered_at) AS unit_price,
        ARG_MAX(discount, ordered_at) AS discount
    FROM {orders}
    GROUP BY order_id, line_id
    HAVING NOT BOOL_OR(status IN ('void', 'cancelled'))
),
sales AS MATERIALIZED (
    SELECT
        order_id, sku, quantity, unit_cost,
        CAST(TIMEZONE('America/New_York', ordered_at) AS DATE) AS day,
        CASE WHEN quantity > 0 THEN unit_price * quantity ELSE 0 END AS gross,
        CASE WHEN quantity > 0 THEN discount ELSE 0 END AS discounts,
        CASE WHEN quantity < 0 THEN unit_price * -quantity - discount ELSE 0 END AS returned
    FROM lines
    LEFT JOIN {inventory} AS items USING (sku)
),
windows AS (
    SELECT 'week' || number AS name, DATE '2026-01-05' - CAST(7 * number AS INTEGER) AS first_day, 7 AS days
    FROM RANGE(9) AS weeks (number)
    UNION ALL VALUES ('month', DATE '2026-01-01', 11), ('velocity', DATE '2025-12-15', 28)
),
of_windows AS (
    SELECT
        name, COUNT(*) AS lines, COUNT(DISTINCT CASE WHEN quantity > 0 THEN order_id END) AS orders,
        SUM(gross) AS gross, SUM(discounts) AS discounts, SUM(returned) AS returned, SUM(quantity) AS units,
        SUM(CASE WHEN unit_cost IS NOT NULL THEN gross ELSE 0 END) AS known_gross,
        SUM(unit_cost * quantity) AS known_cost
    FROM sales
    INNER JOIN windows ON day >= first_day AND day < first_day + days
    GROUP BY name
),
of_days AS (
    SELECT
        strftime(day, '%Y-%m-%d') AS name, COUNT(*) AS lines,
        COUNT(DISTINCT CASE WHEN quantity > 0 THEN order_id END) AS orders,
        SUM(gross) AS gross, SUM(discounts) AS discounts, SUM(returned) AS returned, SUM(quantity) AS units,
        SUM(CASE WHEN unit_cost IS NOT NULL THEN gross ELSE 0 END) AS known_gross,
        SUM(unit_cost * quantity) AS known_cost
    FROM sales
    WHERE day >= DATE '2025-12-29' AND day < DATE '2026-01-12'
    GROUP BY day
),
of_skus AS (
    SELECT
        sku,
        SUM(CASE WHEN day >= DATE '2026-01-05' THEN gross - discounts - returned ELSE 0 END) AS net,
        SUM(CASE WHEN day >= DATE '2025-12-29' AND day < DATE '2026-01-05' THEN gross - discounts - returned ELSE 0 END)
            AS net_before,
        SUM(CASE WHEN day >= DATE '2025-12-15' THEN quantity ELSE 0 END) AS velocity_units,
        COUNT(DISTINCT CASE WHEN day >= DATE '2025-12-15' AND quantity > 0 THEN day END) AS sale_days,
        MIN(CASE WHEN quantity > 0 THEN day END) AS first_sale,
        MAX(CASE WHEN quantity > 0 THEN day END) AS last_sale
    FROM sales
    WHERE day < DATE '2026-01-12'
    GROUP BY sku
)
SELECT * FROM of_windows
UNION ALL
SELECT * FROM of_days
UNION ALL
SELECT
    'skus', COUNT(*), SUM(sale_days), SUM(net), SUM(net_before), 0, SUM(velocity_units),
    SUM(DATE_DIFF('day', first_sale, last_sale)), 0
FROM of_skus
