//! What follows from the figures, in sentences computed from them.

use super::input::Published;
use super::network::{Information, UnmetDemand};
use super::report::{Report, Saving};
use super::statistics::Interval;

/// The conclusion of a report.
pub(super) fn sentences(report: &Report) -> Vec<String> {
    let mut sentences = Vec::new();
    let vmi = saving(report, "traditional", "vmi");
    if let Some(saving) = vmi.and_then(|vmi| vmi.as_the_study_counts) {
        sentences.push(format!(
            "Ordering and holding as the study counts them: {}.",
            compared("VMI", "traditional ordering", &saving)
        ));
        if let Some(published) = &report.published {
            sentences.push(survival(published, &saving));
        }
    }
    let both = saving(
        report,
        "traditional_with_safety_stock",
        "vmi_with_safety_stock",
    );
    if let Some(saving) = both.and_then(|both| both.as_the_study_counts) {
        sentences.push(format!(
            "Counted the same way, with safety stock on both sides: {}.",
            compared("VMI", "traditional ordering", &saving)
        ));
    }
    sentences.push(service(report));
    let lost = match report.unmet_demand {
        UnmetDemand::Lost => "lost sales",
        UnmetDemand::Backordered => "waiting customers",
    };
    if let Some(saving) = vmi.and_then(|vmi| vmi.total) {
        sentences.push(format!(
            "With suppliers' lots, waste and {lost} counted too, still without safety stock: {}.",
            compared("VMI", "traditional ordering", &saving)
        ));
    }
    sentences.extend(added(report));
    sentences
}

fn saving<'report>(
    report: &'report Report,
    against: &str,
    policy: &str,
) -> Option<&'report Saving> {
    let mut savings = report.savings.iter();
    savings.find(|saving| saving.against == against && saving.policy == policy)
}

fn survival(published: &Published, saving: &Interval) -> String {
    let reached = |percent: f64| saving.high.unwrap_or(saving.mean) >= percent;
    let (printed, recomputed) = (
        published.saving_percent,
        published.recomputed_saving_percent,
    );
    let verdict = match (reached(printed), reached(recomputed)) {
        (true, _) => "survives the simulation".to_owned(),
        (false, true) => format!("does not survive, the {recomputed}% does"),
        (false, false) if saving.mean > 0.0 => {
            "does not survive the simulation; what is left of it stands above".to_owned()
        }
        (false, false) => "does not survive the simulation: nothing is saved".to_owned(),
    };
    format!(
        "The published saving of {printed}% ({recomputed}% with every cell costed by one rule) {verdict}."
    )
}

fn service(report: &Report) -> String {
    let told = report.policies.iter().map(|policy| {
        format!(
            "{} {:.1}% and {:.1}%",
            told_name(policy.name),
            100.0 * policy.fill_rate,
            100.0 * policy.cycle_service
        )
    });
    let told: Vec<String> = told.collect();
    let known = match report.information {
        Information::Known => "know the true demand",
        Information::Learned => "learn it from sales as well",
    };
    format!(
        "Service, as the share of demand met from the shelf and of delivery cycles without a shortage: {}. This planner \
         learns demand from sales; the others {known}.",
        told.join("; ")
    )
}

fn told_name(policy: &str) -> String {
    match policy {
        "traditional" => "traditional ordering".to_owned(),
        "vmi" => "VMI".to_owned(),
        "traditional_with_safety_stock" => "traditional ordering with safety stock".to_owned(),
        "vmi_with_safety_stock" => "VMI with safety stock".to_owned(),
        "kulakan" => "this planner".to_owned(),
        other => other.to_owned(),
    }
}

/// What this planner adds: first against policies that keep safety stock as it does, then against those that keep none,
/// and how much of the latter is not its merit but safety stock's.
fn added(report: &Report) -> Vec<String> {
    let against = |policy: &str| saving(report, policy, "kulakan");
    let cost = |name: &str| {
        let mut policies = report.policies.iter();
        let policy = policies.find(|policy| policy.name == name);
        policy.map_or(0.0, |policy| policy.cost.total)
    };
    let mut sentences = Vec::new();
    let classic = ["vmi_with_safety_stock", "traditional_with_safety_stock"];
    if let [Some(vmi), Some(traditional)] =
        classic.map(|policy| against(policy).and_then(|saving| saving.total))
    {
        sentences.push(format!(
            "What this planner adds, everything counted, to policies that keep safety stock for a service of {:.1}%: {}; {}.",
            100.0 * report.classic_service_level,
            compared("it", "VMI with safety stock", &vmi),
            compared("it", "traditional ordering with safety stock", &traditional)
        ));
    }
    if let Some(vmi) = against("vmi_with_safety_stock").and_then(|it| it.as_the_study_counts) {
        sentences.push(format!(
            "In ordering and holding alone: {}.",
            compared("it", "VMI with safety stock", &vmi)
        ));
    }
    if let [Some(vmi), Some(traditional)] =
        ["vmi", "traditional"].map(|policy| against(policy).and_then(|saving| saving.total))
    {
        sentences.push(format!(
            "Against the study's policies, which keep no safety stock: {}; {}. {}",
            compared("it", "the study's VMI", &vmi),
            compared("it", "its traditional ordering", &traditional),
            merit_of_safety_stock(cost("vmi"), cost("vmi_with_safety_stock"), cost("kulakan"))
        ));
    }
    sentences
}

/// What of the difference between VMI without safety stock and this planner is there with safety stock alone.
fn merit_of_safety_stock(without: f64, with: f64, planner: f64) -> String {
    if with >= without {
        return "Safety stock alone would not lower the cost of the study's VMI here.".to_owned();
    }
    let alone = without - with;
    let all = without - planner;
    if alone >= all {
        return "Nothing of that is this planner's: the study's VMI gains at least as much by safety stock alone."
            .to_owned();
    }
    format!(
        "But {:.0}% of what it saves against the study's VMI is safety stock, which VMI could keep as well; this \
         planner's own part is the other {:.0}%.",
        100.0 * alone / all,
        100.0 - (100.0 * alone / all).round()
    )
}

fn compared(policy: &str, against: &str, saving: &Interval) -> String {
    let range = |low: f64, high: f64| format!("95% interval {low:.1} to {high:.1}");
    let (Some(low), Some(high)) = (saving.low, saving.high) else {
        let percent = saving.mean.abs();
        let relation = if saving.mean < 0.0 {
            format!("costs {percent:.1}% more than")
        } else {
            format!("saves {percent:.1}% against")
        };
        return format!("{policy} {relation} {against} (one replication, no interval)");
    };
    if low > 0.0 {
        let range = range(low, high);
        format!(
            "{policy} saves {:.1}% against {against} ({range})",
            saving.mean
        )
    } else if high < 0.0 {
        let range = range(-high, -low);
        format!(
            "{policy} costs {:.1}% more than {against} ({range})",
            -saving.mean
        )
    } else {
        let range = range(low, high);
        format!(
            "{policy} and {against} cost the same within what chance allows (saving {:.1}%, {range})",
            saving.mean
        )
    }
}
