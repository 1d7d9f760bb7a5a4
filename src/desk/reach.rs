//! Whether mail reaches an agent. One whose own address bounces on two different days is mailed no more, until a proven mail of theirs
//! says that they are back.

use chrono_tz::Tz;
use serde::{Deserialize, Serialize};

use super::people::{Agent, AgentId};
use super::rules::Rules;
use crate::mail::{Span, Timestamp};

#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Reach {
    #[default]
    Reached,
    /// The first day of the week on which a mail came back.
    Bounced(Timestamp),
    /// Mailed no more since then.
    Lost(Timestamp),
}

/// A bounce longer ago than this says nothing about today's.
const FORGOTTEN_AFTER: Span = Span::days(7);

impl Reach {
    /// A mail to them, written then, came back for good. Only one that was written after another came back counts as a second one:
    /// whoever has the envelope addresses of some old mails could return them on any two days. `is_last`: nobody else on one of their queues would be left to mail.
    #[must_use]
    pub fn bounced(self, written: Timestamp, now: Timestamp, zone: Tz, is_last: bool) -> Self {
        let day = |at: Timestamp| at.utc().with_timezone(&zone).date_naive();
        match self {
            Self::Lost(since) => Self::Lost(since),
            Self::Bounced(before) if now.since(before) >= FORGOTTEN_AFTER => Self::Bounced(now),
            Self::Bounced(before) if day(before) == day(now) || written <= before || is_last => {
                Self::Bounced(before)
            }
            Self::Bounced(_) => Self::Lost(now),
            Self::Reached => Self::Bounced(now),
        }
    }

    #[must_use]
    pub const fn is_lost(self) -> bool {
        matches!(self, Self::Lost(_))
    }
}

/// Whether an agent is the last one of a queue of theirs whom mail reaches.
#[must_use]
pub fn is_last(agent: AgentId, rules: &Rules) -> bool {
    let reaches = |other: &Agent, queue: &str| {
        other.id != agent && other.works_on(queue) && !other.reach.is_lost()
    };
    let queues = rules.agent(agent).map(|agent| agent.queues.as_slice()).unwrap_or_default();
    queues.iter().any(|queue| !rules.agents.iter().any(|other| reaches(other, queue)))
}

#[cfg(test)]
mod tests {
    use super::super::testing::{ANNA, MONDAY, rules};
    use super::*;

    #[test]
    fn two_bounces_on_different_days_and_never_the_last_one() {
        let zone = chrono_tz::Europe::Berlin;
        let later = |hours| MONDAY.plus(Span::hours(hours));
        let bounced = |reach: Reach, hours, last| {
            reach.bounced(later(hours).minus(Span::minutes(1)), later(hours), zone, last)
        };
        let first = bounced(Reach::Reached, 0, false);
        assert_eq!(first, Reach::Bounced(MONDAY));
        // 09:12 in Berlin: fourteen hours later it is the same day there, fifteen hours later the next.
        assert_eq!(bounced(first, 14, false), first, "the same day");
        assert_eq!(bounced(first, 15, false), Reach::Lost(later(15)));
        assert_eq!(first.bounced(MONDAY, later(15), zone, false), first, "a mail of before");
        assert_eq!(bounced(first, 15, true), first, "somebody has to be told");
        assert_eq!(bounced(first, 7 * 24, false), Reach::Bounced(later(7 * 24)), "a week later");
        assert_eq!(bounced(Reach::Lost(MONDAY), 40, false), Reach::Lost(MONDAY));
    }

    #[test]
    fn who_is_last_depends_on_every_queue() {
        let mut rules = rules();
        assert!(!is_last(ANNA, &rules));
        rules.agents[1].queues = vec!["support".into()];
        assert!(is_last(ANNA, &rules), "nobody else works on antrag");
        rules.agents[1].queues = rules.agents[0].queues.clone();
        rules.agents[1].reach = Reach::Lost(MONDAY);
        assert!(is_last(ANNA, &rules), "Jens is not reached");
    }
}
