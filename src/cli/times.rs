//! How moments are printed: RFC 3339 for programs; for people the site's local time, and how far away it is.

use chrono_tz::Tz;
use serde::{Serialize, Serializer};

use crate::clock;
use crate::config::Config;
use crate::mail::Timestamp;

/// Now, and the zone that people read times in.
pub struct Clock {
    pub now: Timestamp,
    pub zone: Tz,
}

/// A moment as `--json` writes it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Moment(pub Timestamp);

impl Serialize for Moment {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(&self.0)
    }
}

impl Clock {
    #[must_use]
    pub fn of(config: &Config) -> Self {
        Self { now: clock::now(), zone: config.site.zone }
    }

    /// `2026-11-23 13:00`
    #[must_use]
    pub fn at(&self, moment: Timestamp) -> String {
        moment.utc().with_timezone(&self.zone).format("%Y-%m-%d %H:%M").to_string()
    }

    /// `3 h ago`, `in 2 d`, `now`
    #[must_use]
    pub fn away(&self, moment: Timestamp) -> String {
        let (ahead, behind) = (moment.since(self.now).0, self.now.since(moment).0);
        match (ahead, behind) {
            (0, 0) => "now".to_owned(),
            (0, _) => format!("{} ago", length(behind)),
            (..) => format!("in {}", length(ahead)),
        }
    }

    /// `2026-11-23 13:00 (3 h ago)`
    #[must_use]
    pub fn at_and_away(&self, moment: Timestamp) -> String {
        format!("{} ({})", self.at(moment), self.away(moment))
    }
}

/// A length of time as people say it: in the largest unit that it has two of.
#[must_use]
pub fn length(seconds: i64) -> String {
    static UNITS: &[(i64, &str)] = &[(86_400, "d"), (3_600, "h"), (60, "min")];
    let unit = UNITS.iter().find(|(unit, _)| seconds >= unit * 2);
    unit.map_or_else(|| format!("{seconds} s"), |(unit, name)| format!("{} {name}", seconds / unit))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn people_read_local_time_and_distance() {
        let now = Timestamp(1_795_435_200);
        let clock = Clock { now, zone: chrono_tz::Europe::Berlin };
        assert_eq!(clock.at(now), "2026-11-23 13:00");
        for (seconds, said) in [
            (0, "now"),
            (-5, "5 s ago"),
            (119, "in 119 s"),
            (120, "in 2 min"),
            (-3 * 3_600, "3 h ago"),
            (47 * 3_600, "in 47 h"),
            (48 * 3_600, "in 2 d"),
        ] {
            assert_eq!(clock.away(Timestamp(now.0 + seconds)), said);
        }
    }

    #[test]
    fn programs_read_rfc_3339() {
        let json = serde_json::to_string(&Moment(Timestamp(1_795_435_200))).unwrap();
        assert_eq!(json, "\"2026-11-23T12:00:00Z\"");
    }
}
