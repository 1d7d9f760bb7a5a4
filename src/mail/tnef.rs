//! `winmail.dat`: TNEF (MS-OXTNEF), in which Outlook wraps files and text for those who do not have Outlook.
//!
//! One pass over the stream, nothing is copied but what is taken out. Where it is torn, what stood before is kept. Names are
//! made safe by the caller. Enclosed Outlook items and OLE objects are left out.

use super::charset::decode;

/// What was taken out.
#[derive(Debug, Default, PartialEq, Eq)]
pub struct Tnef {
    /// The plain body, or none.
    pub text: Option<String>,
    pub html: Option<String>,
    /// There is a text, but only as compressed RTF.
    pub has_rtf: bool,
    pub files: Vec<File>,
    /// The stream ends before its last attribute does.
    pub is_torn: bool,
}

#[derive(Debug, Default, PartialEq, Eq)]
pub struct File {
    pub name: Option<String>,
    pub media_type: Option<String>,
    pub content: Vec<u8>,
}

const SIGNATURE: [u8; 4] = 0x223e_9f78_u32.to_le_bytes();
/// Files of one stream; more are left out.
const MOST_FILES: usize = 500;

// Attributes (MS-OXTNEF 2.1.3.1): the low half of the number, the type left away.
const ATT_BODY: u16 = 0x800c;
const ATT_BODY_OLD: u16 = 0x8006;
const ATT_MESSAGE_PROPERTIES: u16 = 0x9003;
const ATT_CODEPAGE: u16 = 0x9007;
const ATT_ATTACH_START: u16 = 0x9002;
const ATT_ATTACH_TITLE: u16 = 0x8010;
const ATT_ATTACH_DATA: u16 = 0x800f;
const ATT_ATTACH_PROPERTIES: u16 = 0x9005;

// Properties (MS-OXPROPS).
const BODY: u16 = 0x1000;
const RTF_COMPRESSED: u16 = 0x1009;
const HTML: u16 = 0x1013;
const ATTACH_DATA: u16 = 0x3701;
const ATTACH_NAME: u16 = 0x3704;
const ATTACH_LONG_NAME: u16 = 0x3707;
const ATTACH_MIME: u16 = 0x370e;

// Types of properties (MS-OXCDATA 2.11.1).
const STRING8: u16 = 0x001e;
const UNICODE: u16 = 0x001f;
const OBJECT: u16 = 0x000d;
const BINARY: u16 = 0x0102;
const SEVERAL: u16 = 0x1000;

/// None where it is no TNEF at all.
#[must_use]
pub fn read(octets: &[u8]) -> Option<Tnef> {
    let mut reader = Reader(octets);
    if reader.take(4)? != SIGNATURE {
        return None;
    }
    reader.take(2)?; // the key
    let mut tnef = Tnef::default();
    let mut codepage = "windows-1252".to_owned();
    while !reader.0.is_empty() {
        let Some((attribute, data)) = attribute(&mut reader) else {
            tnef.is_torn = true;
            break;
        };
        take_attribute(&mut tnef, attribute, data, &mut codepage);
    }
    tnef.files.retain(|file| !file.content.is_empty() || file.name.is_some());
    Some(tnef)
}

/// Level, number, length, data, checksum. The checksum is not asked: a wrong one changes nothing for a reader.
fn attribute<'m>(reader: &mut Reader<'m>) -> Option<(u16, &'m [u8])> {
    reader.take(1)?;
    let attribute = reader.u16()?;
    reader.u16()?; // its type follows from the number
    let length = reader.u32()?;
    let data = reader.take(length)?;
    reader.take(2)?;
    Some((attribute, data))
}

fn take_attribute(tnef: &mut Tnef, attribute: u16, data: &[u8], codepage: &mut String) {
    let string = |data: &[u8]| decode(until_nul(data), Some(codepage));
    match attribute {
        ATT_CODEPAGE => {
            if let Some(number) = Reader(data).u32() {
                *codepage = charset(number);
            }
        }
        ATT_BODY | ATT_BODY_OLD => tnef.text = Some(string(data)),
        ATT_MESSAGE_PROPERTIES => properties(data, |property, kind, value| match property {
            BODY => tnef.text = Some(text(value, kind, codepage)),
            HTML => tnef.html = Some(text(value, kind, codepage)),
            RTF_COMPRESSED => tnef.has_rtf = true,
            _ => {}
        }),
        ATT_ATTACH_START if tnef.files.len() < MOST_FILES => tnef.files.push(File::default()),
        ATT_ATTACH_TITLE | ATT_ATTACH_DATA | ATT_ATTACH_PROPERTIES => {
            let Some(file) = tnef.files.last_mut() else { return };
            match attribute {
                ATT_ATTACH_TITLE => file.name = file.name.take().or_else(|| Some(string(data))),
                ATT_ATTACH_DATA => file.content = data.to_vec(),
                _ => properties(data, |property, kind, value| match property {
                    ATTACH_LONG_NAME => file.name = Some(text(value, kind, codepage)),
                    ATTACH_NAME if file.name.is_none() => {
                        file.name = Some(text(value, kind, codepage));
                    }
                    ATTACH_MIME => file.media_type = Some(text(value, kind, codepage)),
                    ATTACH_DATA if kind == BINARY && file.content.is_empty() => {
                        file.content = value.to_vec();
                    }
                    _ => {}
                }),
            }
        }
        _ => {}
    }
}

/// The properties of a MAPI list (MS-OXTNEF 2.1.3.4) up to the first that makes no sense.
fn properties(data: &[u8], mut take: impl FnMut(u16, u16, &[u8])) {
    let mut reader = Reader(data);
    let Some(count) = reader.u32() else { return };
    for _ in 0..count {
        if property(&mut reader, &mut take).is_none() {
            return;
        }
    }
}

fn property(reader: &mut Reader<'_>, take: &mut impl FnMut(u16, u16, &[u8])) -> Option<()> {
    let kind = reader.u16()?;
    let id = reader.u16()?;
    if id >= 0x8000 {
        skip_name(reader)?;
    }
    let single = kind & !SEVERAL;
    let is_long = matches!(single, STRING8 | UNICODE | OBJECT | BINARY);
    let values = if is_long || kind & SEVERAL != 0 { reader.u32()? } else { 1 };
    for _ in 0..values {
        let length = if is_long { reader.u32()? } else { fixed_length(single)? };
        let value = reader.take(length)?;
        reader.take(padding(length))?;
        take(id, single, value);
    }
    Some(())
}

/// A property of a name of its own: a GUID, then a number or a name.
fn skip_name(reader: &mut Reader<'_>) -> Option<()> {
    reader.take(16)?;
    if reader.u32()? == 0 {
        reader.take(4)?;
    } else {
        let length = reader.u32()?;
        reader.take(length)?;
        reader.take(padding(length))?;
    }
    Some(())
}

/// Values begin at multiples of four octets.
fn padding(length: usize) -> usize {
    length.wrapping_neg() & 3
}

fn fixed_length(kind: u16) -> Option<usize> {
    match kind {
        0x0001..=0x0004 | 0x000a | 0x000b => Some(4),
        0x0005 | 0x0006 | 0x0007 | 0x0014 | 0x0040 => Some(8),
        0x0048 => Some(16),
        _ => None,
    }
}

fn text(value: &[u8], kind: u16, codepage: &str) -> String {
    if kind == UNICODE {
        let units = value.as_chunks::<2>().0.iter().map(|unit| u16::from_le_bytes(*unit));
        let units = units.take_while(|&unit| unit != 0);
        char::decode_utf16(units).map(|c| c.unwrap_or(char::REPLACEMENT_CHARACTER)).collect()
    } else {
        decode(until_nul(value), Some(codepage))
    }
}

fn until_nul(data: &[u8]) -> &[u8] {
    data.split(|&octet| octet == 0).next().unwrap_or_default()
}

/// The name of a Windows codepage.
fn charset(codepage: usize) -> String {
    match codepage {
        65001 => "utf-8".to_owned(),
        932 => "shift_jis".to_owned(),
        936 => "gbk".to_owned(),
        949 => "euc-kr".to_owned(),
        950 => "big5".to_owned(),
        20866 => "koi8-r".to_owned(),
        28591..=28605 => format!("iso-8859-{}", codepage.saturating_sub(28590)),
        other => format!("windows-{other}"),
    }
}

/// What is not read yet, little-endian.
struct Reader<'m>(&'m [u8]);

impl<'m> Reader<'m> {
    fn take(&mut self, length: usize) -> Option<&'m [u8]> {
        let taken = self.0.get(..length)?;
        self.0 = self.0.get(length..)?;
        Some(taken)
    }

    fn u16(&mut self) -> Option<u16> {
        let octets = self.take(2)?.first_chunk()?;
        Some(u16::from_le_bytes(*octets))
    }

    fn u32(&mut self) -> Option<usize> {
        let octets = self.take(4)?.first_chunk()?;
        usize::try_from(u32::from_le_bytes(*octets)).ok()
    }
}

#[cfg(test)]
pub(in crate::mail) mod tests {
    use super::*;

    fn length(data: &[u8]) -> [u8; 4] {
        u32::try_from(data.len()).unwrap().to_le_bytes()
    }

    fn written(attribute: u16, data: &[u8]) -> Vec<u8> {
        let number = attribute.to_le_bytes();
        [&[1][..], &number, &[0, 0], &length(data), data, &[0, 0]].concat()
    }

    fn long(kind: u16, id: u16, value: &[u8]) -> Vec<u8> {
        let mut all =
            [&kind.to_le_bytes()[..], &id.to_le_bytes(), &[1, 0, 0, 0], &length(value), value]
                .concat();
        all.resize(all.len().next_multiple_of(4), 0);
        all
    }

    fn list(properties: &[Vec<u8>]) -> Vec<u8> {
        let count = u32::try_from(properties.len()).unwrap().to_le_bytes();
        [&count[..], &properties.concat()].concat()
    }

    fn utf16(text: &str) -> Vec<u8> {
        text.encode_utf16().chain([0]).flat_map(u16::to_le_bytes).collect()
    }

    fn stream(attributes: &[Vec<u8>]) -> Vec<u8> {
        [&SIGNATURE[..], &[1, 0], &attributes.concat()].concat()
    }

    /// A text and two files, one named the old way and one the new.
    pub fn winmail() -> Vec<u8> {
        let named = [
            &0x0003_u16.to_le_bytes()[..],
            &0x8001_u16.to_le_bytes(),
            &[7; 16],
            &[1, 0, 0, 0, 6, 0, 0, 0],
            &utf16("ab"),
            &[0, 0],
            &[9, 0, 0, 0],
        ]
        .concat();
        stream(&[
            written(ATT_CODEPAGE, &1251_u32.to_le_bytes()),
            written(ATT_BODY, b"\xcf\xf0\xe8\xe2\xe5\xf2\r\n#close\r\n\0"),
            written(ATT_MESSAGE_PROPERTIES, &list(&[named, long(BINARY, RTF_COMPRESSED, b"x")])),
            written(ATT_ATTACH_START, &[0; 14]),
            written(ATT_ATTACH_TITLE, b"../OLD.TXT\0"),
            written(ATT_ATTACH_DATA, b"old"),
            written(ATT_ATTACH_START, &[0; 14]),
            written(ATT_ATTACH_TITLE, b"NEW~1.PDF\0"),
            written(ATT_ATTACH_DATA, b"%PDF"),
            written(
                ATT_ATTACH_PROPERTIES,
                &list(&[
                    long(UNICODE, ATTACH_LONG_NAME, &utf16("Größe.pdf")),
                    long(STRING8, ATTACH_MIME, b"application/pdf\0"),
                ]),
            ),
        ])
    }

    #[test]
    fn text_and_files_are_taken_out() {
        let file = |name: &str, media_type: Option<&str>, content: &[u8]| File {
            name: Some(name.to_owned()),
            media_type: media_type.map(str::to_owned),
            content: content.to_vec(),
        };
        assert_eq!(
            read(&winmail()),
            Some(Tnef {
                text: Some("Привет\r\n#close\r\n".to_owned()),
                html: None,
                has_rtf: true,
                files: vec![
                    file("../OLD.TXT", None, b"old"),
                    file("Größe.pdf", Some("application/pdf"), b"%PDF"),
                ],
                is_torn: false,
            })
        );
        let properties =
            [long(UNICODE, BODY, &utf16("plain ß")), long(BINARY, HTML, b"<p>\xdf</p>")];
        let html = stream(&[written(ATT_MESSAGE_PROPERTIES, &list(&properties))]);
        let read = read(&html).unwrap();
        assert_eq!(read.text.as_deref(), Some("plain ß"));
        assert_eq!(read.html.as_deref(), Some("<p>ß</p>"));
    }

    #[test]
    fn torn_or_lying_it_yields_what_stood_before() {
        assert_eq!(read(b"hello"), None);
        let whole = winmail();
        for end in 6..whole.len() {
            let read = read(&whole[..end]).unwrap();
            assert!(read.files.len() <= 2 && (end < 60 || read.text.is_some()), "{end}");
        }
        let many = stream(&[written(ATT_MESSAGE_PROPERTIES, &[0xff; 4000])]);
        assert_eq!(read(&many), Some(Tnef::default()));
        let files = stream(&vec![written(ATT_ATTACH_START, b""); 100_000]);
        assert_eq!(read(&files).unwrap().files, []);
    }
}
