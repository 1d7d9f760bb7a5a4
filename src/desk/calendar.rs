//! Working time: when it is, and what moment it is after so much of it.
//!
//! Only release and escalation count it. Where there is no calendar, all time is working time.

use std::collections::BTreeSet;

use chrono::{Datelike, NaiveDate, NaiveDateTime, TimeDelta, TimeZone, Weekday};
use chrono_tz::Tz;

use crate::mail::{Span, Timestamp};

/// Where there is one, release and escalation count working time.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Calendar {
    /// At least one. They may overlap.
    pub hours: Vec<Hours>,
    pub holidays: BTreeSet<NaiveDate>,
}

/// The same hours on several days, in the site's zone.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Hours {
    pub days: Vec<Weekday>,
    /// Minutes after midnight, `from` before `until`; 1440 is the end of the day.
    pub from_minute: u16,
    pub until_minute: u16,
}

/// How long something may take.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Wait {
    /// `2d`: at the same time of day, so many working days later.
    Days(u32),
    /// `12h`: so much working time later.
    Time(Span),
}

/// Nobody plans further: what is not found within these days falls due as if all time was working time.
const LOOKED_AHEAD: usize = 4_000;

impl Wait {
    /// As if all time was working time: how long people call it.
    #[must_use]
    pub fn span(self) -> Span {
        match self {
            Self::Days(days) => Span::days(i64::from(days)),
            Self::Time(span) => span,
        }
    }
}

impl Calendar {
    /// The moment at which so much has passed.
    #[must_use]
    pub fn after(&self, from: Timestamp, wait: Wait, zone: Tz) -> Timestamp {
        let found = match wait {
            Wait::Days(days) => self.days_away(from, days, zone, NaiveDate::succ_opt),
            Wait::Time(span) => self.time_after(from, span, zone),
        };
        found.unwrap_or_else(|| from.plus(wait.span()))
    }

    /// The moment before which so much must not have passed.
    #[must_use]
    pub fn before(&self, until: Timestamp, wait: Wait, zone: Tz) -> Timestamp {
        let found = match wait {
            Wait::Days(days) => self.days_away(until, days, zone, NaiveDate::pred_opt),
            Wait::Time(span) => self.time_before(until, span, zone),
        };
        found.unwrap_or_else(|| until.minus(wait.span()))
    }

    fn days_away(
        &self,
        from: Timestamp,
        count: u32,
        zone: Tz,
        next: fn(&NaiveDate) -> Option<NaiveDate>,
    ) -> Option<Timestamp> {
        let local = from.utc().with_timezone(&zone).naive_local();
        let days = std::iter::successors(Some(local.date()), next).take(LOOKED_AHEAD);
        let day = match usize::try_from(count).ok()?.checked_sub(1) {
            None => local.date(),
            Some(nth) => days.skip(1).filter(|day| self.works_on(*day)).nth(nth)?,
        };
        moment(day.and_time(local.time()), zone)
    }

    fn time_after(&self, from: Timestamp, span: Span, zone: Tz) -> Option<Timestamp> {
        let mut left = span.0;
        for day in days(from, zone, NaiveDate::succ_opt) {
            for (opens, closes) in self.shifts(day, zone) {
                let begins = opens.max(from);
                let open = closes.0 - begins.0;
                if open >= left && open > 0 {
                    return Some(Timestamp(begins.0 + left));
                }
                left -= open.max(0);
            }
        }
        None
    }

    fn time_before(&self, until: Timestamp, span: Span, zone: Tz) -> Option<Timestamp> {
        let mut left = span.0;
        for day in days(until, zone, NaiveDate::pred_opt) {
            for (opens, closes) in self.shifts(day, zone).into_iter().rev() {
                let ends = closes.min(until);
                let open = ends.0 - opens.0;
                if open >= left && open > 0 {
                    return Some(Timestamp(ends.0 - left));
                }
                left -= open.max(0);
            }
        }
        None
    }

    fn works_on(&self, day: NaiveDate) -> bool {
        !self.holidays.contains(&day) && self.hours.iter().any(|h| h.days.contains(&day.weekday()))
    }

    /// Opening and closing moments of a day in their order, none within another.
    fn shifts(&self, day: NaiveDate, zone: Tz) -> Vec<(Timestamp, Timestamp)> {
        if self.holidays.contains(&day) {
            return Vec::new();
        }
        let at = |minute: u16| {
            let local = day.and_hms_opt(0, 0, 0)?;
            moment(local.checked_add_signed(TimeDelta::minutes(i64::from(minute)))?, zone)
        };
        let mut shifts: Vec<(Timestamp, Timestamp)> = self
            .hours
            .iter()
            .filter(|hours| hours.days.contains(&day.weekday()))
            .filter_map(|hours| at(hours.from_minute).zip(at(hours.until_minute)))
            .collect();
        shifts.sort_unstable();
        let mut merged: Vec<(Timestamp, Timestamp)> = Vec::new();
        for (opens, closes) in shifts {
            match merged.last_mut() {
                Some((_, known)) if opens <= *known => *known = closes.max(*known),
                _ => merged.push((opens, closes)),
            }
        }
        merged
    }
}

fn days(
    from: Timestamp,
    zone: Tz,
    next: fn(&NaiveDate) -> Option<NaiveDate>,
) -> impl Iterator<Item = NaiveDate> {
    let first = from.utc().with_timezone(&zone).date_naive();
    std::iter::successors(Some(first), next).take(LOOKED_AHEAD)
}

/// A local time as a moment. One that does not exist is the next that does; of one that exists twice, the first.
#[must_use]
pub fn moment(local: NaiveDateTime, zone: Tz) -> Option<Timestamp> {
    // A gap is at most a few hours long: the first quarter of an hour behind it exists.
    (0..24).find_map(|quarters| {
        let tried = local.checked_add_signed(TimeDelta::minutes(15 * quarters))?;
        zone.from_local_datetime(&tried).earliest().map(|at| Timestamp(at.timestamp()))
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use Weekday::{Fri, Mon, Sat, Sun, Thu, Tue, Wed};
    use chrono_tz::Europe::Berlin;

    fn at(text: &str) -> Timestamp {
        Timestamp(chrono::DateTime::parse_from_rfc3339(text).unwrap().timestamp())
    }

    fn hours(days: &[Weekday], from: u16, until: u16) -> Hours {
        Hours { days: days.to_vec(), from_minute: from * 60, until_minute: until * 60 }
    }

    /// Monday to Friday from 8 to 20, closed on the first two days of Christmas.
    fn office() -> Calendar {
        Calendar {
            hours: vec![
                hours(&[Mon, Tue, Wed, Thu, Fri], 8, 16),
                hours(&[Mon, Tue, Wed, Thu, Fri], 12, 20),
            ],
            holidays: ["2026-12-25", "2026-12-28"].iter().map(|d| d.parse().unwrap()).collect(),
        }
    }

    #[test]
    fn hours_pass_while_the_office_is_open_and_days_are_working_days() {
        let h = |hours| Wait::Time(Span::hours(hours));
        for (from, wait, then) in [
            // Within a day, over the night, over the weekend.
            ("2026-11-23T09:12:00+01:00", h(3), "2026-11-23T12:12:00+01:00"),
            ("2026-11-23T19:00:00+01:00", h(3), "2026-11-24T10:00:00+01:00"),
            ("2026-11-27T19:00:00+01:00", h(3), "2026-11-30T10:00:00+01:00"),
            // What comes at night or on Sunday begins in the morning.
            ("2026-11-22T03:00:00+01:00", h(12), "2026-11-23T20:00:00+01:00"),
            (
                "2026-11-23T23:00:00+01:00",
                Wait::Time(Span::minutes(30)),
                "2026-11-24T08:30:00+01:00",
            ),
            // 24 hours are two days of twelve.
            ("2026-11-23T08:00:00+01:00", h(24), "2026-11-24T20:00:00+01:00"),
            // The same time of day, working days later; over holidays and a weekend.
            ("2026-11-23T09:12:00+01:00", Wait::Days(2), "2026-11-25T09:12:00+01:00"),
            ("2026-11-27T09:12:00+01:00", Wait::Days(1), "2026-11-30T09:12:00+01:00"),
            ("2026-12-24T15:00:00+01:00", Wait::Days(1), "2026-12-29T15:00:00+01:00"),
            ("2026-11-29T10:00:00+01:00", Wait::Days(2), "2026-12-01T10:00:00+01:00"),
            ("2026-11-29T10:00:00+01:00", Wait::Days(0), "2026-11-29T10:00:00+01:00"),
            // Over the change of the clock.
            ("2026-03-27T10:00:00+01:00", Wait::Days(1), "2026-03-30T10:00:00+02:00"),
            ("2026-03-27T19:00:00+01:00", h(2), "2026-03-30T09:00:00+02:00"),
        ] {
            assert_eq!(office().after(at(from), wait, Berlin), at(then), "{from} {wait:?}");
        }
    }

    #[test]
    fn a_warning_comes_so_much_working_time_before() {
        for (until, wait, then) in [
            ("2026-11-23T12:12:00+01:00", Span::hours(1), "2026-11-23T11:12:00+01:00"),
            ("2026-11-24T08:30:00+01:00", Span::hours(1), "2026-11-23T19:30:00+01:00"),
            ("2026-11-30T08:00:00+01:00", Span::hours(1), "2026-11-27T19:00:00+01:00"),
        ] {
            let before = office().before(at(until), Wait::Time(wait), Berlin);
            assert_eq!(before, at(then), "{until}");
        }
        let before = office().before(at("2026-11-30T09:00:00+01:00"), Wait::Days(1), Berlin);
        assert_eq!(before, at("2026-11-27T09:00:00+01:00"));
    }

    #[test]
    fn going_there_and_back_ends_where_it_began() {
        let mut from = at("2026-11-23T08:00:00+01:00");
        for step in 0..400 {
            let wait = Wait::Time(Span::minutes(1 + step * 37));
            let then = office().after(from, wait, Berlin);
            assert!(then > from);
            let back = office().before(then, wait, Berlin);
            let again = office().after(back, wait, Berlin);
            assert_eq!(again, then, "{wait:?} from {from:?}");
            from = from.plus(Span::minutes(53));
        }
    }

    #[test]
    fn who_works_on_no_day_of_years_is_not_waited_for() {
        let never = Calendar { hours: vec![hours(&[Sun], 8, 9)], holidays: BTreeSet::new() };
        let from = at("2026-11-23T09:00:00+01:00");
        let wait = Wait::Time(Span::days(365));
        assert_eq!(never.after(from, wait, Berlin), from.plus(Span::days(365)));
        let always = Calendar {
            hours: vec![Hours {
                days: vec![Mon, Tue, Wed, Thu, Fri, Sat, Sun],
                from_minute: 0,
                until_minute: 1440,
            }],
            holidays: BTreeSet::new(),
        };
        assert_eq!(always.after(from, wait, Berlin), from.plus(Span::days(365)));
    }
}
