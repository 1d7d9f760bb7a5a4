//! Ticket numbers: `YYYYMMDDNNNNNNNC`, date, counter of the day, check digit. A number is no secret and proves nothing.

use std::fmt;

use chrono::{Datelike, NaiveDate};
use serde::{Deserialize, Serialize};

/// A ticket's number. Numbers taken over from another system may have another shape; they are valid because they are known.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Number(pub i64);

impl Number {
    /// The `counter`-th ticket of a day, `counter` from 1 to 9,999,999.
    #[must_use]
    pub fn new(day: NaiveDate, counter: u32) -> Self {
        let date =
            i64::from(day.year()) * 10_000 + i64::from(day.month()) * 100 + i64::from(day.day());
        let body = date * 10_000_000 + i64::from(counter % 10_000_000);
        Self(body * 10 + i64::from(luhn(body)))
    }

    /// Reads 16 digits with a right check digit; None for everything else.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        let number: i64 = (text.len() == 16).then(|| text.parse().ok()).flatten()?;
        (number > 0 && i64::from(luhn(number / 10)) == number % 10).then_some(Self(number))
    }
}

impl fmt::Display for Number {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:016}", self.0)
    }
}

/// The Luhn check digit of a decimal number (ISO/IEC 7812-1): every second digit from the right doubled, digits added.
fn luhn(mut body: i64) -> u8 {
    let (mut sum, mut double) = (0, true);
    while body > 0 {
        let digit = body % 10;
        sum += match double {
            true if digit > 4 => digit * 2 - 9,
            true => digit * 2,
            false => digit,
        };
        body /= 10;
        double = !double;
    }
    u8::try_from((10 - sum % 10) % 10).unwrap_or(0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_number_prints_and_reads_back() {
        let day = NaiveDate::from_ymd_opt(2026, 11, 23).unwrap();
        for counter in [1, 2, 9, 10, 4711, 9_999_999] {
            let number = Number::new(day, counter);
            let text = number.to_string();
            assert!(text.starts_with("20261123") && text.len() == 16, "{text}");
            assert_eq!(Number::parse(&text), Some(number));
        }
    }

    #[test]
    fn one_wrong_digit_or_two_swapped_are_found() {
        let right = Number::new(NaiveDate::from_ymd_opt(2026, 11, 23).unwrap(), 12).to_string();
        for i in 0..16 {
            let mut wrong: Vec<char> = right.chars().collect();
            wrong[i] = if wrong[i] == '9' { '0' } else { char::from(wrong[i] as u8 + 1) };
            assert_eq!(Number::parse(&wrong.iter().collect::<String>()), None);
        }
        assert_eq!(Number::parse("123"), None);
        assert_eq!(Number::parse("-202611230000001"), None);
    }
}
