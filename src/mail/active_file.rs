//! Which attachments may run when somebody opens them. Judged by every name and type that a program could go by, never by content.

/// Endings of programs, scripts, shortcuts, images of disks, pages with scripts in them, settings that install something, and
/// office files with macros.
const ENDINGS: &[&str] = &[
    "ade",
    "adp",
    "app",
    "appinstaller",
    "application",
    "appref-ms",
    "appx",
    "appxbundle",
    "bas",
    "bash",
    "bat",
    "cab",
    "chm",
    "cmd",
    "com",
    "command",
    "cpl",
    "csh",
    "deb",
    "desktop",
    "diagcab",
    "dll",
    "dmg",
    "docm",
    "dotm",
    "exe",
    "gadget",
    "hlp",
    "hta",
    "htm",
    "html",
    "img",
    "inf",
    "ins",
    "iqy",
    "iso",
    "isp",
    "jar",
    "jnlp",
    "js",
    "jse",
    "ksh",
    "lib",
    "library-ms",
    "lnk",
    "mad",
    "maf",
    "mam",
    "mda",
    "mdb",
    "mde",
    "mht",
    "mhtml",
    "mjs",
    "msc",
    "msh",
    "msi",
    "msix",
    "msixbundle",
    "msp",
    "mst",
    "one",
    "ops",
    "osd",
    "pcd",
    "pif",
    "pkg",
    "pl",
    "plg",
    "potm",
    "ppam",
    "ppsm",
    "pptm",
    "prf",
    "prg",
    "ps1",
    "ps1xml",
    "ps2",
    "psc1",
    "psd1",
    "psm1",
    "py",
    "pyc",
    "pyw",
    "pyz",
    "rdp",
    "reg",
    "rpm",
    "scf",
    "scr",
    "sct",
    "search-ms",
    "settingcontent-ms",
    "sh",
    "shb",
    "shs",
    "shtml",
    "sldm",
    "slk",
    "svg",
    "svgz",
    "swf",
    "sys",
    "theme",
    "themepack",
    "udl",
    "url",
    "vb",
    "vbe",
    "vbs",
    "vhd",
    "vhdx",
    "vxd",
    "webloc",
    "website",
    "wiz",
    "workflow",
    "ws",
    "wsb",
    "wsc",
    "wsf",
    "wsh",
    "xbap",
    "xht",
    "xhtml",
    "xlam",
    "xll",
    "xlm",
    "xlsm",
    "xltm",
    "xnk",
    "xsl",
    "xslt",
    "zsh",
];

/// What stands in the media type of the same, whatever the file is called.
const TYPES: &[&str] = &[
    "html",
    "svg",
    "javascript",
    "ecmascript",
    "jscript",
    "vbscript",
    "msdownload",
    "x-msdos",
    "x-dosexec",
    "x-executable",
    "x-sh",
    "x-csh",
    "x-bat",
    "x-python",
    "x-perl",
    "x-php",
    "application/hta",
    "x-ms-shortcut",
    "x-ms-installer",
    "x-msi",
    "java-archive",
    "x-java",
    "x-iso9660",
    "x-apple-diskimage",
    "macroenabled",
    "shockwave",
    "portable-executable",
];

/// Whether a file of this name and type may run: then it is not passed on.
#[must_use]
pub fn is_active(name: &str, media_type: &str) -> bool {
    let media_type = media_type.to_ascii_lowercase();
    if TYPES.iter().any(|active| media_type.contains(active)) {
        return true;
    }
    // Windows takes away dots and spaces at the end, and whatever follows a colon names a stream of the same file.
    let whole = name.split(':').next().unwrap_or(name);
    [name, whole].iter().any(|name| {
        let name = name.trim_end_matches(|c: char| c == '.' || c.is_whitespace() || c.is_control());
        let ending = name.rsplit('.').next().filter(|ending| ending.len() < name.len());
        ending.is_some_and(|ending| {
            let ending: String = ending
                .chars()
                .filter(|c| c.is_ascii_graphic())
                .map(|c| c.to_ascii_lowercase())
                .collect();
            ENDINGS.contains(&ending.as_str())
        })
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn whatever_runs_is_active_however_it_is_dressed() {
        for name in [
            "a.exe",
            "A.EXE",
            "invoice.pdf.exe",
            "a.exe.",
            "a.exe. .",
            "a.scr\u{a0}",
            "a.js:x.txt",
            "a.h\u{200b}ta",
            ".lnk",
            "x.SVG",
            "report.xlsm",
            "a.iso",
            "a.vbs ",
        ] {
            assert!(is_active(name, "application/octet-stream"), "{name}");
        }
        for media_type in [
            "text/html",
            "image/svg+xml",
            "application/x-msdownload",
            "application/javascript",
            "application/hta",
            "application/vnd.ms-excel.sheet.macroEnabled.12",
        ] {
            assert!(is_active("notes", media_type), "{media_type}");
        }
    }

    #[test]
    fn what_people_send_is_not() {
        for (name, media_type) in [
            ("a.pdf", "application/pdf"),
            ("photo.jpg", "image/jpeg"),
            ("exe", "text/plain"),
            ("notes.txt", "text/plain"),
            ("a.exe.txt", "text/plain"),
            ("bundle.zip", "application/zip"),
            (
                "letter.docx",
                "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
            ),
            ("table.xlsx", "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"),
            ("forwarded.eml", "message/rfc822"),
            ("key.asc", "application/pgp-keys"),
            ("date.ics", "text/calendar"),
        ] {
            assert!(!is_active(name, media_type), "{name}");
        }
    }
}
