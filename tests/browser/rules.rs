//! The rules of accessibility, run on the page that a browser shows.

use std::time::Duration;

use fantoccini::wd::TimeoutConfiguration;
use serde_json::Value;

use super::Browser;

/// Deque's accessibility rules, Mozilla Public License 2.0, as npm has them (axe-core 4.14.1).
const AXE: &str = include_str!("../quality/axe/axe.min.js");

/// What the rules of WCAG 2.2 AA find serious or worse.
pub async fn violations(browser: &Browser) -> Vec<String> {
    let patience = Duration::from_mins(2);
    let timeouts = TimeoutConfiguration::new(Some(patience), None, None);
    let set = browser.client.update_timeouts(timeouts).await;
    set.expect("the browser waits for them");
    let script = format!(
        "{AXE};
        const done = arguments[arguments.length - 1];
        const tags = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa'];
        axe.run(document, {{ runOnly: tags }}).then(({{ violations }}) => done(violations
            .filter((one) => one.impact === 'serious' || one.impact === 'critical')
            .flatMap((one) => one.nodes.map((node) => one.id + ': ' + node.html.slice(0, 160) + ' ' + node.failureSummary))));"
    );
    let answer = browser.client.execute_async(&script, Vec::new()).await;
    strings(&answer.expect("the rules run"))
}

/// A list of texts out of what a script returned.
pub fn strings(list: &Value) -> Vec<String> {
    let list = list.as_array().expect("a list");
    list.iter()
        .filter_map(|one| one.as_str().map(str::to_owned))
        .collect()
}
