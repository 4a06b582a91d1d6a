//! Plans as they were made, and what they are made from.

use std::collections::HashMap;

use chrono::{Days, NaiveDate};
use rusqlite::{Connection, OptionalExtension, Row, params};

use super::read;
use crate::error::Result;
use crate::model::{BaseUnit, Money, Quantity};
use crate::plan::demand::MAX_HISTORY_DAYS;
use crate::plan::{DayFlow, LotBalance, ProductInput};
use crate::store::WriteTx;

/// What a plan of a product needs besides the mathematics: how the shop speaks of it, and what it costs.
#[derive(Debug, Clone)]
pub struct Planned {
    /// Its name.
    pub name: String,
    /// What its quantities count.
    pub base_unit: BaseUnit,
    /// The unit it is spoken of in.
    pub unit: String,
    /// Base units in that.
    pub unit_factor: i64,
    /// The unit it is ordered in.
    pub pack_name: String,
    /// Cost per `unit`; 0 where nobody entered it.
    pub cost: Money,
    /// Selling price per `unit`.
    pub price: Money,
}

/// Calls `each` with the input of every product that is planned: active, and the shop's own goods. One query a table;
/// only one product's days are in memory at a time.
pub fn for_each_input(
    connection: &Connection,
    date: NaiveDate,
    mut each: impl FnMut(Planned, ProductInput) -> Result<()>,
) -> Result<()> {
    let mut lots = lots(connection)?;
    let mut coming = coming(connection)?;
    let oldest = date
        .checked_sub_days(Days::new(MAX_HISTORY_DAYS))
        .unwrap_or(NaiveDate::MIN);
    let mut before = flows_before(connection, oldest)?;
    let mut flow_statement = connection.prepare(
        "SELECT product_id, business_date, sold, imported, missed, net, inflow, moved FROM daily_flows
         WHERE business_date >= ?1 AND business_date < ?2 ORDER BY product_id, business_date",
    )?;
    let mut flow_rows = flow_statement.query(params![oldest, date])?;
    let mut next_flow = read_flow(flow_rows.next()?)?;
    let mut statement = connection.prepare(
        "SELECT p.id, p.sku, p.name, p.main_unit, m.factor, p.order_unit, o.factor, p.cost, p.shelf_life_days,
                p.minimum_order, p.base_unit, m.price
         FROM products p
         JOIN product_units m ON m.product_id = p.id AND m.name = p.main_unit AND m.retired_at_utc IS NULL
         JOIN product_units o ON o.product_id = p.id AND o.name = p.order_unit AND o.retired_at_utc IS NULL
         WHERE p.active = 1 AND p.consignment = 0 ORDER BY p.id",
    )?;
    let mut products = statement.query([])?;
    while let Some(row) = products.next()? {
        let id: i64 = row.get(0)?;
        let sku = read::sku(row, 1)?;
        let planned = Planned {
            name: row.get(2)?,
            base_unit: read::base_unit(row, 10)?,
            unit: row.get(3)?,
            unit_factor: row.get(4)?,
            pack_name: row.get(5)?,
            cost: Money(row.get(7)?),
            price: Money(row.get(11)?),
        };
        let mut flows: Vec<DayFlow> = before.remove(&id).into_iter().collect();
        // Both run in the order of the products; those of products that are not planned are passed over.
        while let Some((of, flow)) = next_flow
            && of <= id
        {
            if of == id {
                flows.push(flow);
            }
            next_flow = read_flow(flow_rows.next()?)?;
        }
        let (on_order, in_transit) = coming.remove(sku.as_str()).unwrap_or_default();
        let input = ProductInput {
            sku,
            flows,
            lots: lots.remove(&id).unwrap_or_default(),
            on_order,
            in_transit,
            backordered: Quantity::ZERO,
            pack_size: Quantity(row.get(6)?),
            minimum_order: Quantity(row.get(9)?),
            shelf_life_days: row.get(8)?,
        };
        each(planned, input)?;
    }
    Ok(())
}

fn read_flow(row: Option<&Row<'_>>) -> Result<Option<(i64, DayFlow)>> {
    let Some(row) = row else { return Ok(None) };
    let quantity = |column| -> rusqlite::Result<Quantity> { row.get(column).map(Quantity) };
    Ok(Some((
        row.get(0)?,
        DayFlow {
            date: read::date(row, 1)?,
            sold: quantity(2)?,
            imported: quantity(3)?,
            missed: quantity(4)?,
            net: quantity(5)?,
            inflow: quantity(6)?,
            moved: row.get(7)?,
        },
    )))
}

/// All that happened before the history that is read, as one flow a product: only the balance and the beginning of
/// the ledger still matter.
fn flows_before(connection: &Connection, oldest: NaiveDate) -> Result<HashMap<i64, DayFlow>> {
    let Some(eve) = oldest.pred_opt() else {
        return Ok(HashMap::new());
    };
    let mut statement = connection.prepare(
        // Led by the products, it looks at the old days of each and not at all the days of the shop.
        "SELECT p.id, sum(f.net), max(f.moved)
         FROM products p CROSS JOIN daily_flows f ON f.product_id = p.id AND f.business_date < ?1 GROUP BY p.id",
    )?;
    let rows = statement.query_map([oldest], |row| {
        let flow = DayFlow {
            net: Quantity(row.get(1)?),
            moved: row.get(2)?,
            ..DayFlow::on(eve)
        };
        Ok((row.get(0)?, flow))
    })?;
    rows.map(|row| Ok(row?)).collect()
}

fn lots(connection: &Connection) -> Result<HashMap<i64, Vec<LotBalance>>> {
    let mut statement = connection.prepare(
        "SELECT s.product_id, l.expires, sum(s.on_hand) FROM lot_stock s LEFT JOIN lots l ON l.id = s.lot_id
         WHERE s.on_hand <> 0 GROUP BY s.product_id, l.expires",
    )?;
    let mut rows = statement.query([])?;
    let mut lots: HashMap<i64, Vec<LotBalance>> = HashMap::new();
    while let Some(row) = rows.next()? {
        lots.entry(row.get(0)?).or_default().push(LotBalance {
            expires: row.get(1)?,
            quantity: Quantity(row.get(2)?),
        });
    }
    Ok(lots)
}

/// What deliveries bring: announced and dispatched, by product code.
fn coming(connection: &Connection) -> Result<HashMap<String, (Quantity, Quantity)>> {
    let mut statement = connection.prepare(
        "SELECT l.sku, sum(iif(d.state = 'announced', l.quantity, 0)), sum(iif(d.state = 'dispatched', l.quantity, 0))
         FROM delivery_lines l JOIN deliveries d ON d.id = l.delivery_id
         WHERE d.state IN ('announced', 'dispatched') GROUP BY l.sku",
    )?;
    let rows = statement.query_map([], |row| {
        Ok((row.get(0)?, (Quantity(row.get(1)?), Quantity(row.get(2)?))))
    })?;
    rows.map(|row| Ok(row?)).collect()
}

/// A plan without its lines.
#[derive(Debug, Clone)]
pub struct Header {
    /// Its identity.
    pub id: String,
    /// The local date that it is for.
    pub plan_date: NaiveDate,
    /// When it was made, RFC 3339.
    pub created_at: String,
    /// Kept as the plan of its date.
    pub saved: bool,
    /// The policy that it was made with, JSON.
    pub policy: String,
    /// What everything suggested costs.
    pub total_cost: Money,
    /// What a cash budget took from it, JSON; `None` where there was none.
    pub budget: Option<String>,
    /// Only the figures of its lines are kept, not their reasons.
    pub thinned: bool,
}

/// One line as it is kept.
#[derive(Debug, Clone)]
pub struct Line {
    /// Product code.
    pub sku: String,
    /// Base units suggested.
    pub quantity: Quantity,
    /// What they cost.
    pub cost: Money,
    /// All of it, JSON.
    pub line: String,
    /// What of it outlives that.
    pub figures: LineFigures,
}

/// What of a line is kept for good, in base units.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct LineFigures {
    /// Expected demand a day.
    pub forecast_per_day: f64,
    /// Days that the order had to last.
    pub protection_days: u32,
    /// S.
    pub order_up_to: f64,
    /// Position before the order.
    pub position: Quantity,
    /// At or below this position the product was due.
    pub due_level: f64,
}

const HEADER: &str = "id, plan_date, created_at_utc, saved, policy, total_cost, budget, thinned";

fn header(row: &Row<'_>) -> rusqlite::Result<Header> {
    Ok(Header {
        id: row.get(0)?,
        plan_date: row.get(1)?,
        created_at: row.get(2)?,
        saved: row.get(3)?,
        policy: row.get(4)?,
        total_cost: Money(row.get(5)?),
        budget: row.get(6)?,
        thinned: row.get(7)?,
    })
}

/// Keeps a plan with its lines.
pub fn insert(tx: &WriteTx<'_>, plan: &Header, lines: &[Line]) -> Result<()> {
    tx.execute(
        "INSERT INTO plans (id, plan_date, created_at_utc, saved, policy, total_cost, budget)
         VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)",
        params![
            plan.id,
            plan.plan_date,
            plan.created_at,
            plan.saved,
            plan.policy,
            plan.total_cost.0,
            plan.budget
        ],
    )?;
    let mut statement = tx.prepare_cached(
        "INSERT INTO plan_lines (plan_id, line_no, sku, quantity, cost, line, forecast_per_day, protection_days,
                                 order_up_to, position, due_level)
         VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11)",
    )?;
    for (number, line) in (1_i64..).zip(lines) {
        statement.execute(params![
            plan.id,
            number,
            line.sku,
            line.quantity.0,
            line.cost.0,
            line.line,
            line.figures.forecast_per_day,
            line.figures.protection_days,
            line.figures.order_up_to,
            line.figures.position.0,
            line.figures.due_level,
        ])?;
    }
    Ok(())
}

/// The plan of this identity.
pub fn by_id(connection: &Connection, id: &str) -> Result<Option<Header>> {
    Ok(connection
        .query_row(
            &format!("SELECT {HEADER} FROM plans WHERE id = ?1"),
            [id],
            header,
        )
        .optional()?)
}

/// The plan that was kept as that of `date`.
pub fn saved_for(connection: &Connection, date: NaiveDate) -> Result<Option<Header>> {
    Ok(connection
        .query_row(
            &format!("SELECT {HEADER} FROM plans WHERE plan_date = ?1 AND saved = 1"),
            [date],
            header,
        )
        .optional()?)
}

/// The plan that was made last, by the schedule or on request.
pub fn latest(connection: &Connection) -> Result<Option<Header>> {
    Ok(connection
        .query_row(
            &format!("SELECT {HEADER} FROM plans ORDER BY rowid DESC LIMIT 1"),
            [],
            header,
        )
        .optional()?)
}

/// The plan that was kept last as that of a date.
pub fn latest_saved(connection: &Connection) -> Result<Option<Header>> {
    Ok(connection
        .query_row(
            &format!("SELECT {HEADER} FROM plans WHERE saved = 1 ORDER BY rowid DESC LIMIT 1"),
            [],
            header,
        )
        .optional()?)
}

/// The lines of a plan, in its order, as JSON.
pub fn lines(connection: &Connection, id: &str) -> Result<Vec<String>> {
    let mut statement = connection
        .prepare_cached("SELECT line FROM plan_lines WHERE plan_id = ?1 ORDER BY line_no")?;
    let rows = statement.query_map([id], |row| row.get(0))?;
    rows.map(|row| Ok(row?)).collect()
}

/// Lines of products of which the plan foresees anything: the words of the index `plan_lines_foreseen`.
pub(super) const FORESEEN: &str =
    "(order_up_to > 0 OR due_level > 0 OR quantity > 0 OR position < 0)";

/// The lines of a plan that are about buying, in its order, as JSON: products that are wanted, whatever became of that,
/// and those that the shopkeeper decided on.
pub fn lines_to_buy(connection: &Connection, id: &str) -> Result<Vec<String>> {
    const WANTED: &str = "(order_up_to > position OR quantity > 0)";
    let unforeseen: bool = connection
        .prepare_cached(&format!(
            "SELECT EXISTS (SELECT 1 FROM shopping_choices WHERE plan_id = ?1
                 AND sku NOT IN (SELECT sku FROM plan_lines WHERE plan_id = ?1 AND {FORESEEN} AND {WANTED}))"
        ))?
        .query_row([id], |row| row.get(0))?;
    let chosen = if unforeseen {
        format!("({WANTED} OR sku IN (SELECT sku FROM shopping_choices WHERE plan_id = ?1))")
    } else {
        format!("{FORESEEN} AND {WANTED}")
    };
    let mut statement = connection.prepare_cached(&format!(
        "SELECT line FROM plan_lines WHERE plan_id = ?1 AND {chosen} ORDER BY line_no"
    ))?;
    let rows = statement.query_map([id], |row| row.get(0))?;
    rows.map(|row| Ok(row?)).collect()
}

/// How many products of a plan were too new to say anything about.
pub fn too_new(connection: &Connection, id: &str) -> Result<u32> {
    Ok(connection
        .prepare_cached(
            r#"SELECT count(*) FROM plan_lines
               WHERE plan_id = ?1 AND instr(line, '"method":"too_little_history"') > 0"#,
        )?
        .query_row([id], |row| row.get(0))?)
}

/// Forgets all but the newest `keep` of the plans that were only asked for.
pub fn forget_unsaved(tx: &WriteTx<'_>, keep: i64) -> Result<()> {
    let old = "SELECT id FROM plans WHERE saved = 0 ORDER BY rowid DESC LIMIT -1 OFFSET ?1";
    tx.execute(
        &format!("DELETE FROM plan_lines WHERE plan_id IN ({old})"),
        [keep],
    )?;
    tx.execute(&format!("DELETE FROM plans WHERE id IN ({old})"), [keep])?;
    Ok(())
}

/// Plans whose reasons are dropped in one night: a database that kept them for years is thinned bit by bit.
const THINNED_A_NIGHT: i64 = 40;

/// Drops the reasons of the lines of nights before `date`, and what was made of them; the figures stay. The plan that
/// was kept last stays whole, however old it is: it is what the morning's page shows.
pub fn thin(tx: &WriteTx<'_>, date: NaiveDate) -> Result<()> {
    let old: Vec<String> = tx
        .prepare_cached(
            "SELECT id FROM plans WHERE saved = 1 AND thinned = 0 AND plan_date < ?1
                 AND rowid <> (SELECT max(rowid) FROM plans WHERE saved = 1)
             ORDER BY plan_date LIMIT ?2",
        )?
        .query_map(params![date, THINNED_A_NIGHT], |row| row.get(0))?
        .collect::<rusqlite::Result<_>>()?;
    for id in old {
        tx.prepare_cached("UPDATE plan_lines SET line = '' WHERE plan_id = ?1")?
            .execute([&id])?;
        for table in ["shopping_choices", "shopping_budgets"] {
            tx.prepare_cached(&format!("DELETE FROM {table} WHERE plan_id = ?1"))?
                .execute([&id])?;
        }
        tx.prepare_cached("UPDATE plans SET thinned = 1 WHERE id = ?1")?
            .execute([&id])?;
    }
    Ok(())
}
