//! The tables of everything that can be taken out, each as its query.

use super::exports::Holds::{Date, Flag, Micro, Money, Number, Text};
use super::exports::Spec;

/// Everything that can be taken out. Who may log in, with which secret, is no part of it.
pub static ALL: &[Spec] = &[
    Spec {
        name: "shops",
        columns: &[
            ("id", Text),
            ("name", Text),
            ("timezone", Text),
            ("active", Flag),
            ("review_days", Number),
            ("lead_time_days", Number),
            ("delivery_weekdays", Text),
            ("last_contact", Text),
        ],
        select: "SELECT id, name, timezone, active, review_days, lead_time_days, delivery_weekdays,
                 last_contact_utc AS last_contact
             FROM shops WHERE tenant_id = tenant()",
        dated: None,
        order: "name, id",
    },
    Spec {
        name: "products",
        columns: &[
            ("sku", Text),
            ("name", Text),
            ("unit", Text),
            ("unit_factor", Number),
            ("price", Money),
            ("cost", Money),
            ("barcode", Text),
            ("category", Text),
            ("pack_name", Text),
            ("pack_size", Number),
            ("shelf_life_days", Number),
            ("minimum_order", Number),
            ("supplier", Text),
            ("active", Flag),
        ],
        select: "SELECT sku, name, unit, unit_factor, price, cost, barcode, category, pack_name, pack_size,
                 shelf_life_days, minimum_order, supplier, active
             FROM products WHERE tenant_id = tenant()",
        dated: None,
        order: "sku",
    },
    Spec {
        name: "positions",
        columns: &[
            ("shop_id", Text),
            ("shop", Text),
            ("sku", Text),
            ("expires", Date),
            ("quantity", Number),
        ],
        select: "SELECT l.shop_id AS shop_id, s.name AS shop, l.sku AS sku, l.expires AS expires,
                 l.quantity AS quantity
             FROM shop_lots l JOIN shops s ON s.tenant_id = l.tenant_id AND s.id = l.shop_id
             WHERE l.tenant_id = tenant() AND l.quantity <> 0",
        dated: None,
        order: "l.shop_id, l.sku, l.expires",
    },
    Spec {
        name: "demand",
        columns: &[
            ("shop_id", Text),
            ("sku", Text),
            ("date", Date),
            ("sold", Number),
            ("imported", Number),
            ("missed", Number),
        ],
        select: "SELECT shop_id, sku, business_date AS date, sold, imported, missed
             FROM shop_daily WHERE tenant_id = tenant()",
        dated: Some("business_date"),
        order: "business_date, shop_id, sku",
    },
    Spec {
        name: "plan",
        columns: &[
            ("shop_id", Text),
            ("sku", Text),
            ("date", Date),
            ("method", Text),
            ("forecast_per_day", Micro),
            ("order_up_to", Micro),
            ("on_hand", Number),
            ("position", Number),
            ("need", Number),
            ("quantity", Number),
            ("packs", Number),
            ("urgency", Text),
        ],
        select: "SELECT shop_id, sku, plan_date AS date, method, forecast_micro AS forecast_per_day,
                 level_micro AS order_up_to, on_hand, position, need, quantity, packs, urgency
             FROM shop_plan_lines WHERE tenant_id = tenant()",
        dated: Some("plan_date"),
        order: "shop_id, sku",
    },
    Spec {
        name: "shipments",
        columns: &[
            ("id", Text),
            ("shop_id", Text),
            ("shop", Text),
            ("state", Text),
            ("date", Date),
            ("expected_on", Date),
            ("dispatched_at", Text),
            ("received_at", Text),
            ("sku", Text),
            ("name", Text),
            ("recommended", Number),
            ("quantity", Number),
            ("received", Number),
            ("damaged", Number),
            ("expires", Date),
        ],
        select: "SELECT s.id AS id, s.shop_id AS shop_id, o.name AS shop, s.state AS state, s.plan_date AS date,
                 s.expected_on AS expected_on, s.dispatched_at_utc AS dispatched_at,
                 s.received_at_utc AS received_at, l.sku AS sku, l.name AS name, l.recommended AS recommended,
                 l.quantity AS quantity, l.received AS received, l.damaged AS damaged, l.expires AS expires
             FROM shipments s
             JOIN shipment_lines l
                 ON l.tenant_id = s.tenant_id AND l.shop_id = s.shop_id AND l.shipment_id = s.id
             JOIN shops o ON o.tenant_id = s.tenant_id AND o.id = s.shop_id
             WHERE s.tenant_id = tenant()",
        dated: Some("s.plan_date"),
        order: "s.plan_date, s.id, l.line_no",
    },
    Spec {
        name: "suppliers",
        columns: &[
            ("name", Text),
            ("lead_time_days", Number),
            ("minimum_order_value", Money),
            ("handling_cost", Money),
            ("phone", Text),
            ("email", Text),
            ("address", Text),
            ("active", Flag),
        ],
        select: "SELECT name, lead_time_days, minimum_order_value, handling_cost, phone, email, address, active
             FROM suppliers WHERE tenant_id = tenant()",
        dated: None,
        order: "name",
    },
    Spec {
        name: "supplier-products",
        columns: &[
            ("sku", Text),
            ("supplier", Text),
            ("kind", Text),
            ("rank", Number),
            ("supplier_sku", Text),
            ("lead_time_days", Number),
            ("price", Money),
            ("minimum_quantity", Number),
            ("pack_name", Text),
            ("pack_size", Number),
            ("active", Flag),
        ],
        select: "SELECT sku, supplier, kind, rank, supplier_sku, lead_time_days, price, minimum_quantity, pack_name,
                 pack_size, active
             FROM product_suppliers WHERE tenant_id = tenant()",
        dated: None,
        order: "sku, rank, supplier",
    },
    Spec {
        name: "supplier-orders",
        columns: &[
            ("id", Text),
            ("number", Text),
            ("supplier", Text),
            ("state", Text),
            ("date", Date),
            ("expected_on", Date),
            ("sku", Text),
            ("name", Text),
            ("recommended", Number),
            ("quantity", Number),
            ("price", Money),
            ("received", Number),
            ("damaged", Number),
        ],
        select: "SELECT o.id AS id, o.number AS number, o.supplier AS supplier, o.state AS state,
                 o.plan_date AS date, o.expected_on AS expected_on, l.sku AS sku, l.name AS name,
                 l.recommended AS recommended, l.quantity AS quantity, l.price AS price, l.received AS received,
                 l.damaged AS damaged
             FROM supplier_orders o
             JOIN supplier_order_lines l ON l.tenant_id = o.tenant_id AND l.order_id = o.id
             WHERE o.tenant_id = tenant()",
        dated: Some("o.plan_date"),
        order: "o.plan_date, o.id, l.line_no",
    },
    Spec {
        name: "stock",
        columns: &[
            ("sku", Text),
            ("lot", Text),
            ("expires", Date),
            ("quantity", Number),
        ],
        select: "SELECT sku, lot, expires, quantity FROM stock_lots WHERE tenant_id = tenant()",
        dated: None,
        order: "sku, expires, lot",
    },
    Spec {
        name: "moves",
        columns: &[
            ("sku", Text),
            ("seq", Number),
            ("at", Text),
            ("lot", Text),
            ("expires", Date),
            ("quantity", Number),
            ("reason", Text),
            ("reference", Text),
            ("actor", Text),
        ],
        select: "SELECT sku, seq, at_utc AS at, lot, expires, quantity, reason, reference, actor
             FROM stock_moves WHERE tenant_id = tenant()",
        dated: Some("substr(at_utc, 1, 10)"),
        order: "sku, seq",
    },
    Spec {
        name: "reservations",
        columns: &[
            ("sku", Text),
            ("kind", Text),
            ("subject", Text),
            ("quantity", Number),
        ],
        select: "SELECT sku, kind, subject, quantity FROM stock_reservations WHERE tenant_id = tenant()",
        dated: None,
        order: "sku, kind, subject",
    },
    Spec {
        name: "orders",
        columns: &[
            ("id", Text),
            ("number", Text),
            ("customer", Text),
            ("phase", Text),
            ("placed_at", Text),
            ("wanted_on", Date),
            ("reference", Text),
            ("sku", Text),
            ("name", Text),
            ("kind", Text),
            ("price", Money),
            ("quantity", Number),
            ("reserved", Number),
            ("backordered", Number),
            ("shipped", Number),
            ("delivered", Number),
            ("cancelled", Number),
            ("promised_on", Date),
        ],
        select: "SELECT o.id AS id, o.number AS number, c.name AS customer, o.phase AS phase,
                 o.placed_at_utc AS placed_at, o.wanted_on AS wanted_on, o.reference AS reference, l.sku AS sku,
                 l.name AS name, l.kind AS kind, l.price AS price, l.quantity AS quantity, l.reserved AS reserved,
                 l.backordered AS backordered, l.shipped AS shipped, l.delivered AS delivered,
                 l.cancelled AS cancelled, l.promised_on AS promised_on
             FROM orders o
             JOIN order_lines l ON l.tenant_id = o.tenant_id AND l.order_id = o.id
             LEFT JOIN customers c ON c.tenant_id = o.tenant_id AND c.id = o.customer_id
             WHERE o.tenant_id = tenant()",
        dated: Some("substr(o.placed_at_utc, 1, 10)"),
        order: "o.placed_at_utc, o.id, l.line_no",
    },
    Spec {
        name: "customers",
        columns: &[
            ("id", Text),
            ("name", Text),
            ("phone", Text),
            ("email", Text),
            ("address", Text),
            ("language", Text),
            ("channel", Text),
            ("shop", Text),
            ("hold", Text),
            ("active", Flag),
            ("created_at", Text),
        ],
        select: "SELECT c.id AS id, c.name AS name, c.phone AS phone, c.email AS email, c.address AS address,
                 c.language AS language, c.channel AS channel, s.name AS shop, c.hold AS hold, c.active AS active,
                 c.created_at_utc AS created_at
             FROM customers c LEFT JOIN shops s ON s.tenant_id = c.tenant_id AND s.id = c.of_shop
             WHERE c.tenant_id = tenant()",
        dated: Some("substr(c.created_at_utc, 1, 10)"),
        order: "c.name, c.id",
    },
    Spec {
        name: "messages",
        columns: &[
            ("id", Text),
            ("created_at", Text),
            ("channel", Text),
            ("recipient", Text),
            ("kind", Text),
            ("order_number", Text),
            ("state", Text),
            ("attempts", Number),
            ("sent_at", Text),
            ("last_error", Text),
        ],
        select: "SELECT m.id AS id, m.created_at_utc AS created_at, m.channel AS channel,
                 coalesce(w.url, m.recipient) AS recipient, m.kind AS kind, o.number AS order_number, m.state AS state,
                 m.attempts AS attempts, m.sent_at_utc AS sent_at, m.last_error AS last_error
             FROM outbox m
             LEFT JOIN orders o ON o.tenant_id = m.tenant_id AND o.id = m.order_id
             LEFT JOIN webhooks w ON w.tenant_id = m.tenant_id AND w.id = m.recipient
             WHERE m.tenant_id = tenant()",
        dated: Some("substr(m.created_at_utc, 1, 10)"),
        order: "m.created_at_utc, m.id",
    },
    Spec {
        name: "returns",
        columns: &[
            ("id", Text),
            ("number", Text),
            ("shop_id", Text),
            ("shop", Text),
            ("shipment", Text),
            ("state", Text),
            ("date", Date),
            ("sku", Text),
            ("name", Text),
            ("quantity", Number),
            ("expires", Date),
            ("reason", Text),
            ("fate", Text),
            ("shop_quantity", Number),
            ("shop_told_at", Text),
        ],
        select: "SELECT r.id AS id, r.number AS number, r.shop_id AS shop_id, s.name AS shop,
                 r.shipment_id AS shipment, r.state AS state, r.collected_on AS date, l.sku AS sku, l.name AS name,
                 l.quantity AS quantity, l.expires AS expires, l.reason AS reason, l.fate AS fate,
                 l.shop_quantity AS shop_quantity, r.shop_told_at_utc AS shop_told_at
             FROM goods_returns r
             JOIN goods_return_lines l
                 ON l.tenant_id = r.tenant_id AND l.shop_id = r.shop_id AND l.return_id = r.id
             JOIN shops s ON s.tenant_id = r.tenant_id AND s.id = r.shop_id
             WHERE r.tenant_id = tenant()",
        dated: Some("r.collected_on"),
        order: "r.collected_on, r.number, l.line_no",
    },
    Spec {
        name: "production-plans",
        columns: &[
            ("id", Text),
            ("number", Text),
            ("line", Text),
            ("state", Text),
            ("date", Date),
            ("sku", Text),
            ("name", Text),
            ("lot", Number),
            ("quantity", Number),
            ("made", Number),
            ("rejected", Number),
            ("expires", Date),
        ],
        select: "SELECT p.id AS id, p.number AS number, p.line AS line, p.state AS state, p.run_on AS date,
                 l.sku AS sku, l.name AS name, l.lot AS lot, l.quantity AS quantity, l.made AS made,
                 l.rejected AS rejected, l.expires AS expires
             FROM production_plans p
             JOIN production_plan_lines l ON l.tenant_id = p.tenant_id AND l.plan_id = p.id
             WHERE p.tenant_id = tenant()",
        dated: Some("p.run_on"),
        order: "p.run_on, p.number, l.line_no",
    },
    Spec {
        name: "recipes",
        columns: &[
            ("sku", Text),
            ("material", Text),
            ("quantity", Micro),
            ("waste", Micro),
        ],
        select: "SELECT sku, material, quantity_micro AS quantity, waste_micro AS waste
             FROM production_recipes WHERE tenant_id = tenant()",
        dated: None,
        order: "sku, material",
    },
    Spec {
        name: "routes",
        columns: &[
            ("route", Text),
            ("weekdays", Text),
            ("salesman", Text),
            ("stop", Number),
            ("shop_id", Text),
            ("shop", Text),
        ],
        select: "SELECT r.name AS route, r.weekdays AS weekdays, r.salesman AS salesman, t.stop_order AS stop,
                 t.shop_id AS shop_id, s.name AS shop
             FROM routes r
             JOIN route_stops t ON t.tenant_id = r.tenant_id AND t.route_id = r.id
             JOIN shops s ON s.tenant_id = t.tenant_id AND s.id = t.shop_id
             WHERE r.tenant_id = tenant()",
        dated: None,
        order: "r.name, t.stop_order, t.shop_id",
    },
    Spec {
        name: "costs",
        columns: &[("shop", Text), ("sku", Text), ("cost", Money)],
        select: "SELECT shop_id AS shop, sku, cost FROM costs WHERE tenant_id = tenant()",
        dated: None,
        order: "shop_id, sku",
    },
    Spec {
        name: "cost-settings",
        columns: &[
            ("scope", Text),
            ("group", Text),
            ("shop_id", Text),
            ("shop", Text),
            ("parameter", Text),
            ("value", Number),
        ],
        select: "SELECT c.scope AS scope, g.name AS \"group\", s.id AS shop_id, s.name AS shop,
                 c.parameter AS parameter, c.value AS value
             FROM cost_settings c
             LEFT JOIN shop_groups g ON g.tenant_id = c.tenant_id AND c.scope = 'group' AND g.id = c.scope_id
             LEFT JOIN shops s ON s.tenant_id = c.tenant_id AND c.scope = 'shop' AND s.id = c.scope_id
             WHERE c.tenant_id = tenant() AND c.sku = ''",
        dated: None,
        order: "c.scope, c.scope_id, c.parameter",
    },
    Spec {
        name: "groups",
        columns: &[("shop_id", Text), ("shop", Text), ("group", Text)],
        select: "SELECT m.shop_id AS shop_id, s.name AS shop, g.name AS \"group\"
             FROM shop_group_members m
             JOIN shops s ON s.tenant_id = m.tenant_id AND s.id = m.shop_id
             JOIN shop_groups g ON g.tenant_id = m.tenant_id AND g.id = m.group_id
             WHERE m.tenant_id = tenant()",
        dated: None,
        order: "g.name, s.name, m.shop_id",
    },
    Spec {
        name: "audit",
        columns: &[
            ("seq", Number),
            ("at", Text),
            ("actor", Text),
            ("action", Text),
            ("subject", Text),
            ("detail", Text),
        ],
        select: "SELECT seq, at_utc AS at, actor, action, subject, detail FROM audit WHERE tenant_id = tenant()",
        dated: Some("substr(at_utc, 1, 10)"),
        order: "seq",
    },
];
