//! Which elements of HTML no reader sees: a command in them would be obeyed and never read.
//!
//! Only what hides by its own `style` or `hidden` is known; style sheets are not evaluated. `html_tree` takes them out.

/// Declarations that hide an element and all in it, in lower case and without blanks.
const HIDING: &[&str] =
    &["display:none", "visibility:hidden", "visibility:collapse", "mso-hide:all", "opacity:0"];
const SIZE: &str = "font-size:";

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum How {
    Whole,
    /// But for elements inside that have a size of their own: layouts set none around these.
    BySize,
}

/// Whether, and how, these attributes hide an element.
pub(super) fn how_hidden<'a>(
    attributes: impl IntoIterator<Item = (&'a str, &'a str)>,
) -> Option<How> {
    let mut how = None;
    for (name, value) in attributes {
        if name.eq_ignore_ascii_case("hidden") {
            return Some(How::Whole);
        }
        if !name.eq_ignore_ascii_case("style") {
            continue;
        }
        for declaration in declarations(value) {
            if HIDING.contains(&declaration.as_str()) {
                return Some(How::Whole);
            }
            if declaration.strip_prefix(SIZE).is_some_and(is_nothing) {
                how = Some(How::BySize);
            }
        }
    }
    how
}

/// Whether these attributes give an element a size that can be seen.
pub(super) fn sets_a_size<'a>(attributes: impl IntoIterator<Item = (&'a str, &'a str)>) -> bool {
    attributes
        .into_iter()
        .filter(|(name, _)| name.eq_ignore_ascii_case("style"))
        .flat_map(|(_, style)| declarations(style))
        .any(|declaration| declaration.strip_prefix(SIZE).is_some_and(|size| !is_nothing(size)))
}

/// `0`, `0px`, `0.0em`; not `0.9em`.
fn is_nothing(size: &str) -> bool {
    size.starts_with('0') && !size.contains(|c: char| c.is_ascii_digit() && c != '0')
}

/// In lower case, without blanks and `!important`.
fn declarations(style: &str) -> impl Iterator<Item = String> {
    style.split(';').map(|declaration| {
        let bare: String = declaration.chars().filter(|c| !c.is_whitespace()).collect();
        bare.to_ascii_lowercase().trim_end_matches("!important").to_owned()
    })
}
