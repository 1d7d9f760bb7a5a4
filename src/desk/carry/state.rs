//! In which state a ticket is left, and how urgent it is.

use chrono::{Days, NaiveDate, NaiveTime};
use chrono_tz::Tz;

use super::Desk;
use crate::desk::agent::take;
use crate::desk::answer::{Done, Refusal};
use crate::desk::application::{CloseAfter, Period, Step};
use crate::desk::calendar;
use crate::desk::command::When;
use crate::desk::effect::{Effect, What};
use crate::desk::people::Text;
use crate::desk::ticket::{Escalation, Outcome, State, Then, Ticket};
use crate::mail::{Address, Timestamp};

/// Without a word: success if the account was made, or nothing of the kind was wanted; else fail.
pub(super) fn close(desk: &mut Desk<'_>, outcome: Option<Outcome>) -> Done {
    let me = desk.me();
    let application = desk.decision.ticket.application.as_ref();
    let fitting = match application {
        Some(a) if a.step.has_account() || a.confirmed.is_some() => Outcome::Success,
        Some(_) => Outcome::Fail,
        None => Outcome::Success,
    };
    let waits = desk.ordered_account
        || application.is_some_and(|a| a.step == Step::Confirmed && a.confirmed.is_some());
    let is_application = application.is_some();
    let outcome = outcome.unwrap_or(fitting);
    if let Some(application) = desk.decision.ticket.application.as_mut().filter(|_| waits) {
        application.close_after = Some(CloseAfter { outcome, by: me });
        return Done::CloseWaits { outcome };
    }
    desk.decision.ticket.close(outcome, desk.now);
    desk.note(What::Closed { outcome });
    Done::Closed { outcome, unlike: is_application && outcome != fitting }
}

impl Ticket {
    /// The lock ends, but is remembered; a link that is out is void.
    pub(in crate::desk) fn close(&mut self, outcome: Outcome, at: Timestamp) {
        self.state = State::Closed { outcome, at };
        self.former_owner = self.owner().or(self.former_owner);
        self.lock = None;
        if let Some(application) = &mut self.application {
            application.link = None;
            application.close_after = None;
        }
    }

    /// No mail goes to an address that does not exist.
    #[must_use]
    pub fn is_undeliverable(&self, address: &Address) -> bool {
        self.application
            .as_ref()
            .and_then(|a| a.undeliverable.as_ref())
            .is_some_and(|u| u.address == *address)
    }
}

pub(super) fn spam(desk: &mut Desk<'_>) -> Done {
    desk.decision.ticket.close(Outcome::Fail, desk.now);
    desk.note(What::Spam);
    desk.decision.then(Effect::HoldSender);
    Done::Spam
}

pub(super) fn reopen(desk: &mut Desk<'_>) -> Done {
    let (now, within) = (desk.now, desk.confirm_within());
    // What ran out behind a closed door is not told any more: the applicant has had their answer.
    if let Some(application) = &mut desk.decision.ticket.application
        && application.can_expire()
        && application.period.is_over(within, now)
    {
        let at = application.period.ends(within).unwrap_or(now);
        (application.step, application.period) = (Step::Expired, Period::Over { at });
    }
    desk.decision.ticket.state = State::Open;
    desk.decision.ticket.opened_at = desk.now;
    desk.decision.ticket.escalation = Escalation::No;
    desk.note(What::Reopened);
    take(desk, None);
    Done::Reopened
}

pub(super) fn pending(
    desk: &mut Desk<'_>,
    when: When,
    then: Option<Outcome>,
) -> Result<Done, Refusal> {
    let zone = desk.rules.zone;
    let until = moment(when, desk.now, zone).filter(|until| *until > desk.now).ok_or(
        Refusal::Expected {
            what: Text {
                de: "ein Zeitpunkt, der noch kommt",
                en: "a moment that is still to come",
            },
            example: "#pending 3d",
        },
    )?;
    let then = then.map_or(Then::Remind, Then::Close);
    desk.decision.ticket.state = State::Pending { until, then };
    desk.note(What::Pending { until });
    Ok(Done::Pending { until, then })
}

/// Dates are 08:00 in the zone; `3d` is the same local time. A time that does not exist is the next that does; one that
/// exists twice, the first.
fn moment(when: When, now: Timestamp, zone: Tz) -> Option<Timestamp> {
    let here = now.utc().with_timezone(&zone);
    let morning = NaiveTime::from_hms_opt(8, 0, 0)?;
    let local = match when {
        When::Span(span) => return Some(now.plus(span)),
        When::Days(days) => here.naive_local().checked_add_days(Days::new(u64::from(days)))?,
        When::Tomorrow => here.date_naive().checked_add_days(Days::new(1))?.and_time(morning),
        When::Date { year, month, day } => {
            NaiveDate::from_ymd_opt(year, month, day)?.and_time(morning)
        }
    };
    calendar::moment(local, zone)
}

pub(super) fn set_priority(desk: &mut Desk<'_>, to: u8) -> Done {
    let from = std::mem::replace(&mut desk.decision.ticket.priority, to);
    desk.note(What::Priority { from, to });
    Done::Priority { from, to }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::mail::Span;
    use chrono_tz::Europe::Berlin;

    fn at(text: &str) -> Timestamp {
        Timestamp(chrono::DateTime::parse_from_rfc3339(text).unwrap().timestamp())
    }

    #[test]
    fn dates_are_eight_in_the_morning_and_days_keep_the_local_time() {
        for (when, now, then) in [
            (When::Days(3), "2026-11-23T09:12:00+01:00", "2026-11-26T09:12:00+01:00"),
            (When::Tomorrow, "2026-11-23T23:59:00+01:00", "2026-11-24T08:00:00+01:00"),
            (
                When::Date { year: 2026, month: 12, day: 1 },
                "2026-11-23T09:12:00+01:00",
                "2026-12-01T08:00:00+01:00",
            ),
            (When::Span(Span::hours(5)), "2026-11-23T09:12:00+01:00", "2026-11-23T14:12:00+01:00"),
            // Over the change to winter time, the same wall clock.
            (When::Days(1), "2026-10-24T12:00:00+02:00", "2026-10-25T12:00:00+01:00"),
            // 02:30 does not exist on 2026-03-29: the next time that does.
            (When::Days(1), "2026-03-28T02:30:00+01:00", "2026-03-29T03:00:00+02:00"),
            // 02:30 exists twice on 2026-10-25: the first.
            (When::Days(1), "2026-10-24T02:30:00+02:00", "2026-10-25T02:30:00+02:00"),
        ] {
            assert_eq!(moment(when, at(now), Berlin), Some(at(then)), "{when:?} from {now}");
        }
        assert_eq!(moment(When::Days(u32::MAX), at("2026-03-28T02:30:00+01:00"), Berlin), None);
    }
}
