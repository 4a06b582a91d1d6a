//! What follows from the figures, in sentences computed from them.

use super::input::Published;
use super::network::{Information, UnmetDemand};
use super::report::{PolicyReport, Report, Saving};
use super::statistics::Interval;

/// The conclusion of a report.
pub(super) fn sentences(report: &Report) -> Vec<String> {
    let [traditional, vmi, planner] = report.policies.as_slice() else {
        return Vec::new();
    };
    let [vmi_saving, planner_saving, planner_over_vmi] = report.savings.as_slice() else {
        return Vec::new();
    };
    let mut sentences = Vec::new();
    if let Some(saving) = vmi_saving.as_the_study_counts {
        sentences.push(format!(
            "Ordering and holding as the study counts them: {}.",
            compared("VMI", "traditional ordering", &saving)
        ));
        if let Some(published) = &report.published {
            sentences.push(survival(published, &saving));
        }
    }
    sentences.push(service(report, traditional, vmi, planner));
    let lost = match report.unmet_demand {
        UnmetDemand::Lost => "lost sales",
        UnmetDemand::Backordered => "waiting customers",
    };
    if let Some(saving) = vmi_saving.total {
        sentences.push(format!(
            "With suppliers' lots, waste and {lost} counted too: {}.",
            compared("VMI", "traditional ordering", &saving)
        ));
    }
    sentences.extend(added(planner, planner_saving, planner_over_vmi));
    sentences
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

fn service(
    report: &Report,
    traditional: &PolicyReport,
    vmi: &PolicyReport,
    planner: &PolicyReport,
) -> String {
    let told = |policy: &PolicyReport| {
        format!(
            "{:.1}% of demand and {:.1}% of delivery cycles without a shortage",
            100.0 * policy.fill_rate,
            100.0 * policy.cycle_service
        )
    };
    let known = match report.information {
        Information::Known => "which know the true mean demand and keep no stock for its chance",
        Information::Learned => "which learn the mean from sales",
    };
    format!(
        "Service from the shelf: traditional ordering {}, VMI {} ({known}); this planner, which learns from sales, {}.",
        told(traditional),
        told(vmi),
        told(planner)
    )
}

fn added(planner: &PolicyReport, against: &Saving, over_vmi: &Saving) -> Vec<String> {
    let mut sentences = Vec::new();
    if let (Some(traditional), Some(vmi)) = (against.total, over_vmi.total) {
        sentences.push(format!(
            "What this planner adds, everything counted ({:.2} a period): {}; {}.",
            planner.cost.total,
            compared("it", "traditional ordering", &traditional),
            compared("it", "the study's VMI", &vmi)
        ));
    }
    if let Some(vmi) = over_vmi.as_the_study_counts {
        let meaning = if vmi.mean < 0.0 {
            "that is the price of its service"
        } else {
            "its service costs nothing extra"
        };
        sentences.push(format!(
            "In ordering and holding alone {}: {meaning}.",
            compared("it", "the study's VMI", &vmi)
        ));
    }
    sentences
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
