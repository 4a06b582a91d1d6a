//! Sales that are out of all proportion: a person decides, and can decide otherwise.

use super::Hub;
pub use super::store::flags::verdict_text;
use super::store::flags::{self, Flag, FlagKey};
use super::store::{self, audit};
use crate::error::Result;
use crate::plan::oddity::OddVerdict;

/// Flags that are listed.
const LISTED: i64 = 200;

impl Hub {
    /// The days of shops that are out of all proportion, those first on which nobody has decided; at most 200.
    ///
    /// # Errors
    /// What the database said.
    pub async fn flags(&self) -> Result<Vec<Flag>> {
        store::read(self.store(), |tx| flags::list(tx, LISTED)).await
    }

    /// Decides on such a day, or takes the decision back, and plans the shop again.
    ///
    /// # Errors
    /// [`crate::error::Error::NotFound`] for a day that was never flagged.
    pub async fn decide_flag(&self, actor: &str, key: FlagKey, decision: OddVerdict) -> Result<()> {
        let (actor, now) = (actor.to_owned(), self.now());
        let shop_id = key.0.clone();
        let changed = store::write(self.store(), move |tx| {
            let before = flags::decide(tx, &key, decision, &actor, now)?;
            if before == decision {
                return Ok(false);
            }
            let (shop_id, sku, date) = &key;
            let detail = serde_json::json!({
                "sku": sku, "date": date, "before": verdict_text(before), "now": verdict_text(decision),
            });
            audit::record(tx, now, &actor, "demand.decided", shop_id, &detail.to_string())?;
            Ok(true)
        })
        .await?;
        if changed {
            self.plan_again(&shop_id).await?;
        }
        Ok(())
    }
}
