#include "ui/shortcuts_dialog.h"

#include "ui/widgets/pieces.h"

#include <QHBoxLayout>
#include <QHeaderView>
#include <QKeySequenceEdit>
#include <QLabel>
#include <QLineEdit>
#include <QPushButton>
#include <QSortFilterProxyModel>
#include <QTableView>
#include <QVBoxLayout>

#include <algorithm>

namespace lorashear::ui {

namespace {

QString keyWords(const QList<QKeySequence>& keys) {
    return keys.isEmpty() ? QStringLiteral("–") : QKeySequence::listToString(keys, QKeySequence::NativeText);
}

}  // namespace

ShortcutsDialog::ShortcutsDialog(Shortcuts& shortcuts, QWidget* parent)
    : QDialog(parent), m_shortcuts(shortcuts), m_shown(new QSortFilterProxyModel(this)) {
    using Command = Shortcuts::Command;
    m_rows = new RowTable<Command>({{tr("Command"), [](const Command& c) { return c.title; }},
                                    {tr("Menu"), [](const Command& c) { return c.menu; }},
                                    {tr("Keys"), [](const Command& c) { return keyWords(c.keys); }},
                                    {tr("Default"), [](const Command& c) { return keyWords(c.defaults); }}},
                                   this);
    setObjectName(QStringLiteral("shortcutsDialog"));
    setWindowTitle(tr("Keyboard shortcuts"));
    setAttribute(Qt::WA_DeleteOnClose);
    resize(760, 560);
    auto* column = new QVBoxLayout(this);
    makeTable(*column);
    makeFields(*column);
    connect(&m_shortcuts, &Shortcuts::changed, this, &ShortcutsDialog::fill);
    fill();
    m_table->setCurrentIndex(m_shown->index(0, 0));
    m_search->setFocus();
}

/// A field that loses the keyboard says what was typed last, also while the window goes, and the shortcuts may be gone by then.
ShortcutsDialog::~ShortcutsDialog() {
    m_keys->disconnect(this);
}

void ShortcutsDialog::makeTable(QVBoxLayout& column) {
    m_search = new QLineEdit(this);
    m_search->setObjectName(QStringLiteral("shortcutsSearch"));
    m_search->setAccessibleName(tr("Find a command or keys"));
    m_search->setPlaceholderText(tr("Find a command or keys"));
    m_search->setClearButtonEnabled(true);
    column.addWidget(m_search);
    m_shown->setSourceModel(m_rows);
    m_shown->setFilterKeyColumn(-1);
    m_shown->setFilterCaseSensitivity(Qt::CaseInsensitive);
    connect(m_search, &QLineEdit::textChanged, this, [this](const QString& text) {
        m_shown->setFilterFixedString(text);
        if (!m_table->currentIndex().isValid()) m_table->setCurrentIndex(m_shown->index(0, 0));
    });
    m_table = ui::makeTable(QStringLiteral("shortcutsTable"), tr("Commands and their keys"), m_shown, this);
    m_table->horizontalHeader()->setStretchLastSection(false);
    m_table->horizontalHeader()->setSectionResizeMode(0, QHeaderView::Stretch);
    column.addWidget(m_table, 1);
    connect(m_table->selectionModel(), &QItemSelectionModel::currentRowChanged, this, &ShortcutsDialog::choose);
}

void ShortcutsDialog::makeFields(QVBoxLayout& column) {
    auto* row = new QHBoxLayout;
    auto* label = new QLabel(tr("&New keys"), this);
    m_keys = new QKeySequenceEdit(this);
    m_keys->setObjectName(QStringLiteral("shortcutsKeys"));
    m_keys->setAccessibleName(tr("New keys of the command"));
    m_keys->setToolTip(tr("Press the keys here"));
    label->setBuddy(m_keys);
    row->addWidget(label);
    row->addWidget(m_keys, 1);
    const auto add = [&](const char* name, const QString& text, const QString& toolTip, auto&& act) {
        QPushButton* button = makeButton(QString::fromLatin1(name), text, toolTip, this);
        connect(button, &QPushButton::clicked, this, act);
        row->addWidget(button);
        return button;
    };
    m_set = add("shortcutsSet", tr("&Set"), tr("The command has these keys from now on"), [this] { set(); });
    m_none = add("shortcutsNone", tr("N&o keys"), tr("The command has none; menus and Commands… still have it"),
                 [this] { m_shortcuts.set(current(), {}); });
    m_reset = add("shortcutsReset", tr("&Default"), tr("The keys that the command had at first"),
                  [this] { m_shortcuts.reset(current()); });
    column.addLayout(row);
    m_note = makeWarning({}, this);
    m_note->setObjectName(QStringLiteral("shortcutsNote"));
    column.addWidget(m_note);
    auto* last = new QHBoxLayout;
    m_resetAll = makeButton(QStringLiteral("shortcutsResetAll"), tr("&All defaults"),
                            tr("The keys that all commands had at first"), this);
    connect(m_resetAll, &QPushButton::clicked, &m_shortcuts, &Shortcuts::resetAll);
    last->addWidget(m_resetAll);
    last->addStretch(1);
    QPushButton* close =
        makeButton(QStringLiteral("shortcutsClose"), tr("Close"), tr("Changes are kept already (Escape)"), this);
    connect(close, &QPushButton::clicked, this, &QDialog::accept);
    last->addWidget(close);
    column.addLayout(last);
    connect(m_keys, &QKeySequenceEdit::keySequenceChanged, this, [this](const QKeySequence& keys) {
        if (keys.count() > 1) return m_keys->setKeySequence(QKeySequence(keys[0]));  // one press is a command's
        describe();
    });
}

void ShortcutsDialog::fill() {
    m_rows->setRows(m_shortcuts.commands());
    choose();
}

QString ShortcutsDialog::current() const {
    const QModelIndex at = m_table->currentIndex();
    return at.isValid() ? m_rows->row(m_shown->mapToSource(at).row()).id : QString();
}

void ShortcutsDialog::choose() {
    m_keys->clear();
    describe();
}

/// Before anything is changed: what would be in the way, and who would lose the keys.
void ShortcutsDialog::describe() {
    const QString id = current();
    const QKeySequence keys = m_keys->keySequence();
    const Shortcuts::Obstacle obstacle = m_shortcuts.obstacle(id, keys);
    m_note->setText(obstacle.why);
    m_note->setVisible(!obstacle.why.isEmpty());
    m_set->setText(obstacle.command.isEmpty() ? tr("&Set") : tr("&Set, and take them away there"));
    m_set->setAccessibleName(m_set->text().remove(QLatin1Char('&')));
    m_set->setEnabled(!id.isEmpty() && !keys.isEmpty() && (obstacle.why.isEmpty() || !obstacle.command.isEmpty()));
    const auto& rows = m_rows->rows();
    const auto row = std::find_if(rows.begin(), rows.end(), [&](const Shortcuts::Command& c) { return c.id == id; });
    m_none->setEnabled(row != rows.end() && !row->keys.isEmpty());
    m_reset->setEnabled(row != rows.end() && row->keys != row->defaults);
    m_resetAll->setEnabled(
        std::any_of(rows.begin(), rows.end(), [](const Shortcuts::Command& c) { return c.keys != c.defaults; }));
}

void ShortcutsDialog::set() {
    const QKeySequence keys = m_keys->keySequence();
    if (!keys.isEmpty()) m_shortcuts.set(current(), keys);
}

}  // namespace lorashear::ui
