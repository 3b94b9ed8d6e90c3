//! Aligned columns.

use std::collections::{BTreeMap, VecDeque};

use comfy_table::{
    CellAlignment, ColumnConstraint, ContentArrangement, Row, Table, presets::NOTHING,
};

use unicode_width::UnicodeWidthStr;

use super::screen::{Screen, fit};
use crate::clean;
use crate::view::Kind;

/// How far columns are apart, and from the edge.
const INDENT: u16 = 2;

/// How long a word can be.
const LONGEST_WORD: usize = 30;

/// A table of columns, whose first header names it.
pub(super) struct Rows {
    table: Table,
    header: Vec<String>,
    lines: Vec<Vec<String>>,
    columns: Vec<Kind>,
    long: Long,
    /// Where the first cells of some rows lead, in the order of the rows.
    links: VecDeque<(String, String)>,
}

/// What becomes of text that is too long for its column.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Long {
    /// It is cut.
    Cut,
    /// It goes on in the next line.
    Wrapped,
}

impl Rows {
    pub(super) fn new(columns: &[Kind], long: Long) -> Self {
        let mut table = Table::new();
        table.load_style(NOTHING).set_content_arrangement(ContentArrangement::Dynamic);
        let (header, lines, links) = (Vec::new(), Vec::new(), VecDeque::new());
        Self { table, header, lines, columns: columns.to_vec(), long, links }
    }

    pub(super) fn header(mut self, cells: &[&str]) -> Self {
        self.header = cells.iter().map(|cell| (*cell).to_owned()).collect();
        self
    }

    pub(super) fn row<S: AsRef<str>>(&mut self, cells: impl IntoIterator<Item = S>) {
        let cells = cells.into_iter().zip(&self.columns).map(|(cell, column)| {
            let cell = clean(cell.as_ref());
            // A word that took the whole line would leave nothing for the numbers.
            if *column == Kind::Word { fit(&cell, LONGEST_WORD) } else { cell.into_owned() }
        });
        self.lines.push(cells.collect());
    }

    /// Lets the first cell of the row that comes next lead to an address.
    pub(super) fn link(&mut self, cell: &str, url: &str) {
        self.links.push_back((cell.to_owned(), url.to_owned()));
    }

    pub(super) fn show(mut self, screen: &mut Screen) {
        self.table.set_width(u16::try_from(screen.columns()).unwrap_or(u16::MAX));
        if self.long == Long::Cut {
            self.cut(screen.columns());
        }
        if !self.header.is_empty() {
            self.table.set_header(Row::from(self.header.clone()));
        }
        self.table.add_rows(std::mem::take(&mut self.lines));
        for (place, kind) in self.columns.iter().enumerate() {
            let Some(column) = self.table.column_mut(place) else { continue };
            column.set_padding((INDENT, 0));
            if matches!(kind, Kind::Number | Kind::Share) {
                column.set_cell_alignment(CellAlignment::Right);
            }
            // Text gives way where the line would become too long.
            if *kind != Kind::Text {
                column.set_constraint(ColumnConstraint::ContentWidth);
            }
        }
        let mut lines = self.table.lines();
        if self.table.header().is_some()
            && let Some(header) = lines.next()
        {
            // The title stands out of its column.
            let spaces = " ".repeat(INDENT.into());
            let title = self.header.first().map_or("", String::as_str);
            let indented = format!("{spaces}{title}");
            screen.bold(&header.replacen(&indented, &format!("{title}{spaces}"), 1));
        }
        for line in lines {
            let is_its =
                |(text, _): &&(String, String)| line.trim_start().starts_with(text.as_str());
            match self.links.front().filter(is_its) {
                Some((text, url)) => {
                    screen.linked(&line, text, url);
                    self.links.pop_front();
                }
                None => screen.line(&line),
            }
        }
    }

    /// Cuts texts to what their columns have room for, each column by what tells its texts apart.
    fn cut(&mut self, columns: usize) {
        for (place, room) in self.rooms(columns).into_iter().enumerate() {
            let Some(room) = room else { continue };
            let texts: Vec<&str> =
                self.lines.iter().filter_map(|row| Some(row.get(place)?.as_str())).collect();
            let cut = told_apart(&texts, room);
            let cells = self.lines.iter_mut().filter_map(|row| row.get_mut(place));
            cells.zip(cut).for_each(|(cell, cut)| *cell = cut);
        }
    }

    /// How many of a screen's columns each column of text has: none has more than it needs, the first, which names
    /// the rows, as much as half of all, and those that need more than an equal part share what is left. `None` for a
    /// column that is shown whole.
    fn rooms(&self, columns: usize) -> Vec<Option<usize>> {
        let width = |place: usize| {
            let cells = self.lines.iter().chain([&self.header]).filter_map(|row| row.get(place));
            cells.map(|cell| cell.width()).max().unwrap_or_default()
        };
        let widths: Vec<usize> = (0..self.columns.len()).map(width).collect();
        let gaps = usize::from(INDENT) * widths.len();
        let is_text = |place: &usize| self.columns.get(*place) == Some(&Kind::Text);
        let whole = (0..widths.len()).filter(|place| !is_text(place)).map(|place| widths[place]);
        let mut left = columns.saturating_sub(gaps + whole.sum::<usize>());
        let mut rooms = vec![None; widths.len()];
        let mut texts: Vec<usize> = (0..widths.len()).filter(is_text).collect();
        let names = texts.first().copied();
        let mut reserved = names.map_or(0, |place| widths[place].min(left / 2));
        texts.sort_by_key(|place| widths[*place]);
        for (done, place) in texts.iter().enumerate() {
            let others = texts.len() - done;
            let most = if Some(*place) == names {
                std::mem::take(&mut reserved).max(left / others)
            } else {
                (left - reserved) / (others - usize::from(reserved > 0))
            };
            let room = widths[*place].min(most);
            left -= room;
            rooms[*place] = Some(room);
        }
        rooms
    }
}

/// How much of a beginning is shown that several texts share.
const SHARED: usize = 6;

/// Texts in at most so many columns. Those that differ only behind their cut are shown from where they
/// begin to differ.
fn told_apart(texts: &[&str], columns: usize) -> Vec<String> {
    let mut cut: Vec<String> = texts.iter().map(|text| fit(text, columns)).collect();
    let mut alike: BTreeMap<&str, Vec<usize>> = BTreeMap::new();
    for (place, text) in cut.iter().enumerate().filter(|(place, cut)| texts[*place] != cut.as_str())
    {
        alike.entry(text).or_default().push(place);
    }
    let differ = |places: &Vec<usize>| places.iter().any(|place| texts[*place] != texts[places[0]]);
    let alike: Vec<Vec<usize>> = alike.into_values().filter(differ).collect();
    for places in alike {
        let shared = places.iter().map(|place| shared(texts[places[0]], texts[*place])).min();
        let begin = word_before(texts[places[0]], shared.unwrap_or_default(), columns / 2);
        for place in places {
            let shown: String = texts[place].chars().take(SHARED).collect();
            let rest: String = texts[place].chars().skip(begin).collect();
            if begin > SHARED && !rest.is_empty() {
                cut[place] = fit(&format!("{shown}…{rest}"), columns);
            }
        }
    }
    cut
}

/// Where the word begins in which a character stands, if that is no further away than this.
fn word_before(text: &str, character: usize, most: usize) -> usize {
    let before: Vec<char> = text.chars().take(character).collect();
    let within = before.iter().rev().take_while(|c| c.is_alphanumeric()).count();
    if within <= most { character - within } else { character }
}

/// How many characters two texts begin with alike; all of them if they are the same.
fn shared(one: &str, other: &str) -> usize {
    one.chars().zip(other.chars()).take_while(|(one, other)| one == other).count()
}

impl Screen {
    /// Remarks on what stands above, indented, each in as many lines as it needs.
    pub(super) fn remarks(&mut self, remarks: &[String]) {
        if remarks.is_empty() {
            return;
        }
        let mut rows = Rows::new(&[Kind::Text], Long::Wrapped);
        for remark in remarks {
            rows.row([remark]);
        }
        rows.show(self);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_that_differ_behind_the_cut_are_told_apart() {
        let names = [
            "SaaS::Office365: anna.example@corp.example",
            "SaaS::Office365: anton.example@corp.example",
            "SaaS::Office365: anna.example@corp.example",
            "a-host-with-a-long-name.corp.example",
            "ws-01",
        ];
        assert_eq!(
            told_apart(&names, 19),
            [
                "SaaS::…anna.exampl…",
                "SaaS::…anton.examp…",
                "SaaS::…anna.exampl…",
                "a-host-with-a-long…",
                "ws-01",
            ]
        );
        assert_eq!(told_apart(&["the-same-long-name"; 2], 10), ["the-same-…"; 2]);
    }

    #[test]
    fn what_a_row_is_called_is_shown_before_what_else_it_is() {
        let kinds = [Kind::Number, Kind::Text, Kind::Word, Kind::Text, Kind::Text, Kind::Text];
        let mut rows = Rows::new(&kinds, Long::Cut);
        let (system, tags) = ("Windows 10 and newer", "Domain Controller, Server");
        rows.row(["12451", "workstation-107", "10.20.8.34", "desktop", system, tags]);
        assert_eq!(rows.rooms(80)[1], Some("workstation-107".len()));
    }

    #[test]
    fn what_needs_little_leaves_its_room_to_others() {
        let mut rows = Rows::new(&[Kind::Number, Kind::Text, Kind::Text], Long::Cut)
            .header(&["DEVICES", "name", "tags"]);
        rows.row(["1", &"n".repeat(20_000), "short"]);
        assert_eq!(rows.rooms(80), [None, Some(80 - 6 - 7 - 5), Some(5)]);
        let mut screen = Screen::of(80);
        rows.show(&mut screen);
        let shown = screen.finish();
        let shown = anstream::adapter::strip_str(&shown).to_string();
        assert_eq!(shown.lines().count(), 2);
        assert!(shown.lines().all(|line| line.width() <= 80), "{shown}");
    }
}
