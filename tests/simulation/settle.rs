//! Faults stop, and time passes. Nobody does anything: what happens is what the daemons do by their own clocks.

use chrono::{DateTime, Duration, Utc};

use super::audit;
use super::disasters::set_full;
use super::log::{Check, hold};
use super::world::World;

/// Hours that may pass until everything is told: more than the longest pause of the program, many times.
const HOURS: usize = 40;

/// The daemon does not believe a pause longer than this, see the protocol's rules for clocks.
const LONGEST_PAUSE: Duration = Duration::hours(1);

/// Lets time pass until both sides are at rest, and audits.
pub async fn settle(world: &mut World) -> Check {
    world.log.note("faults stop");
    world.network.calm().await;
    for index in 0..world.copies.len() {
        if world.copies[index].full {
            set_full(world, index, false).await?;
        }
    }
    let mut quiet = 0;
    for _ in 0..HOURS {
        world.pass(Duration::minutes(61));
        if hour(world).await? {
            quiet += 1;
        } else {
            quiet = 0;
        }
        // Twice, because what one copy tells last another hears only after it.
        if quiet == 2 {
            nothing_is_left(world)?;
            world.log.count("quiescent point");
            return audit::at_rest(world).await;
        }
    }
    nothing_is_left(world)?;
    hold!(8, false, "{HOURS} hours after the faults stopped the parties still have things to tell");
    Ok(())
}

/// Every daemon that thinks it is time exchanges; whether all of them did and none had anything to tell.
async fn hour(world: &mut World) -> Check<bool> {
    let mut quiet = true;
    for index in 0..world.copies.len() {
        if !is_due(world, index) {
            quiet = false;
            continue;
        }
        let before = fingerprint(world, index);
        let done = world.exchange(index).await?;
        quiet &= done && before == fingerprint(world, index);
    }
    Ok(quiet)
}

fn is_due(world: &World, index: usize) -> bool {
    let copy = &world.copies[index];
    let next: Option<String> = copy
        .reader()
        .query_row("SELECT next_attempt_at_utc FROM sync_state", [], |row| row.get(0))
        .unwrap();
    let now = world.now + copy.clock_error;
    let pause = next.and_then(|text| text.parse::<DateTime<Utc>>().ok()).map(|at| at - now);
    pause.is_none_or(|pause| pause <= Duration::zero() || pause > LONGEST_PAUSE)
}

/// What an exchange can change of a copy.
fn fingerprint(world: &World, index: usize) -> (i64, i64, i64, String, i64, i64) {
    world.copies[index]
        .reader()
        .query_row(
            "SELECT epoch, head_seq, acked_seq, cursor, (SELECT count(*) FROM notes),
                    (SELECT count(*) FROM recovered_events) FROM sync_state",
            [],
            |row| {
                Ok((row.get(0)?, row.get(1)?, row.get(2)?, row.get(3)?, row.get(4)?, row.get(5)?))
            },
        )
        .unwrap()
}

fn nothing_is_left(world: &World) -> Check {
    for copy in &world.copies {
        let (backlog, failures, error): (i64, i64, Option<String>) = copy
            .reader()
            .query_row(
                "SELECT head_seq - acked_seq, failures, last_error FROM sync_state",
                [],
                |row| Ok((row.get(0)?, row.get(1)?, row.get(2)?)),
            )
            .unwrap();
        hold!(
            8,
            (backlog, failures) == (0, 0),
            "copy {}: {backlog} events are left after {failures} failures: {error:?}",
            copy.id
        );
    }
    Ok(())
}
