//! How working time is written: hours and days. What is counted in it is decided in `desk::calendar`.

use chrono::Weekday;

use super::value::Wrong;
use crate::desk::calendar::Hours;

/// Reads `Mon-Fri 08:00-20:00`, `Sat,Sun 10:00-14:00`, `Mon 00:00-24:00`.
pub fn hours(text: &str) -> Result<Hours, Wrong> {
    let wrong = |is: String| {
        Wrong::new(is, "write days and hours: \"Mon-Fri 08:00-20:00\" or \"Sat,Sun 10:00-14:00\"")
    };
    let (days, time) = text
        .trim()
        .split_once(char::is_whitespace)
        .ok_or_else(|| wrong("is no working time".into()))?;
    let mut all = Vec::new();
    for part in days.split(',') {
        let (first, last) = part.split_once('-').unwrap_or((part, part));
        let day = |name: &str| {
            name.parse::<Weekday>()
                .map_err(|_| wrong(format!("holds {name:?}, which is no weekday in English")))
        };
        all.extend(days_between(day(first)?, day(last)?));
    }
    all.sort_by_key(Weekday::num_days_from_monday);
    all.dedup();
    let (from, until) =
        time.trim().split_once('-').ok_or_else(|| wrong("lacks the time of day".into()))?;
    let minute = |time: &str| {
        minute_of_day(time).ok_or_else(|| wrong(format!("holds {time:?}, which is no time of day")))
    };
    let (from_minute, until_minute) = (minute(from)?, minute(until)?);
    if from_minute >= until_minute {
        return Err(Wrong::new(
            "ends before it begins",
            "write the night in two lines: \"Mon 20:00-24:00\" and \"Tue 00:00-06:00\"",
        ));
    }
    Ok(Hours { days: all, from_minute, until_minute })
}

/// Both ends included, around the week's end if need be.
fn days_between(first: Weekday, last: Weekday) -> impl Iterator<Item = Weekday> {
    let count = last.days_since(first) as usize + 1;
    std::iter::successors(Some(first), |day| Some(day.succ())).take(count)
}

fn minute_of_day(text: &str) -> Option<u16> {
    let (hour, minute) = text.trim().split_once(':')?;
    let (hour, minute): (u16, u16) = (hour.parse().ok()?, minute.parse().ok()?);
    let after_midnight = hour.checked_mul(60)?.checked_add(minute)?;
    (minute < 60 && after_midnight <= 24 * 60).then_some(after_midnight)
}

#[cfg(test)]
mod tests {
    use super::*;
    use Weekday::{Fri, Mon, Sat, Sun, Wed};

    #[test]
    fn working_hours_are_read_as_people_write_them() {
        for (text, days, from, until) in [
            ("Mon-Fri 08:00-20:00", vec![Mon, Weekday::Tue, Wed, Weekday::Thu, Fri], 480, 1200),
            ("Sat,Sun 10:00-14:30", vec![Sat, Sun], 600, 870),
            ("Sat-Mon 0:00-24:00", vec![Mon, Sat, Sun], 0, 1440),
            ("wednesday 9:05-9:06", vec![Wed], 545, 546),
        ] {
            let wanted = Hours { days, from_minute: from, until_minute: until };
            assert_eq!(hours(text), Ok(wanted), "{text}");
        }
        for (text, is) in [
            ("Mon-Fri", "is no working time"),
            ("Mo-Fr 08:00-20:00", "holds \"Mo\", which is no weekday in English"),
            ("Mon-Fri 8-20", "holds \"8\", which is no time of day"),
            ("Mon 08:00-24:01", "holds \"24:01\", which is no time of day"),
            ("Mon 20:00-06:00", "ends before it begins"),
            ("Mon 20:00", "lacks the time of day"),
        ] {
            assert_eq!(hours(text).unwrap_err().is, is, "{text}");
        }
    }
}
