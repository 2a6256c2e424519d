#include "ui/shortcuts.h"

#include "ui/controller/settings.h"
#include "ui/pages/page.h"
#include "ui/workspaces.h"

#include <QAbstractButton>
#include <QAction>
#include <QEvent>
#include <QMenu>
#include <QMenuBar>
#include <QRegularExpression>

#include <algorithm>
#include <map>

namespace lorashear::ui {

namespace {

constexpr const char* kToldPlainly = "wordsWithDefaultKeys";  ///< a part's tool tip as it was set

/// By object name of the action; several keys with "; " between them. Pages and workspaces have theirs by their place.
constexpr std::pair<const char*, const char*> kKeys[] = {
    {"actionOpen", "Ctrl+O"},
    {"actionOpenRecipe", "Ctrl+Shift+O"},
    {"actionSaveRecipe", "Ctrl+S"},
    {"actionSaveProject", "Ctrl+Shift+S"},
    {"actionSaveFigures", "Ctrl+Alt+S"},
    {"actionQuit", "Ctrl+Q"},
    {"actionUndo", "Ctrl+Z"},
    {"actionRedo", "Ctrl+Shift+Z; Ctrl+Y"},
    {"actionAnalyse", "Ctrl+K"},
    {"actionStart", "Ctrl+Return"},
    {"actionPause", "Ctrl+P"},
    {"actionStep", "Ctrl+Shift+Return"},
    {"actionCheckpoint", "Ctrl+Shift+K"},
    {"actionCancel", "Ctrl+."},
    {"actionNextPanel", "F6"},
    {"actionPreviousPanel", "Shift+F6"},
    {"actionPresent", "Shift+F11"},
    {"actionPalette", "Ctrl+Shift+P"},
    {"actionFullScreen", "F11"},
    {"actionHelp", "F1"},
};

const std::map<QString, QList<QKeySequence>>& keyTable() {
    static const auto table = [] {
        std::map<QString, QList<QKeySequence>> rows;
        for (const auto& [command, keys] : kKeys)
            for (const QString& one : QString::fromLatin1(keys).split(QStringLiteral("; ")))
                rows[QString::fromLatin1(command)] << QKeySequence(one, QKeySequence::PortableText);
        int number = 0;
        for (const PageEntry& page : builtinPages())
            rows[QStringLiteral("actionGo_") + page.id] = {QKeySequence(Qt::CTRL | Qt::Key(Qt::Key_1 + number++))};
        number = 0;
        for (const WorkspaceRow& space : workspaces())
            rows[QStringLiteral("workspace_") + space.id] = {
                QKeySequence(Qt::CTRL | Qt::ALT | Qt::Key(Qt::Key_1 + number++))};
        return rows;
    }();
    return table;
}

QString withoutMnemonic(QString text) {
    return text.remove(QLatin1Char('&'));
}

struct Found {
    QAction* action;
    QString menu;
};

void collect(const QList<QAction*>& actions, const QString& menu, std::vector<Found>& found) {
    for (QAction* action : actions) {
        const QString title = withoutMnemonic(action->text());
        if (action->menu())
            collect(action->menu()->actions(), menu.isEmpty() ? title : menu + QStringLiteral(" › ") + title, found);
        else if (!action->isSeparator() && !action->objectName().isEmpty())
            found.push_back({action, menu});
    }
}

std::vector<Found> actionsOf(const QMenuBar& menus) {
    std::vector<Found> found;
    collect(menus.actions(), {}, found);
    return found;
}

QString wordOf(const QKeySequence& keys) {
    return keys.toString(QKeySequence::NativeText);
}

/// Nothing that types a letter: fields must stay fields.
bool isCommandKey(const QKeySequence& keys) {
    const QKeyCombination first = keys[0];
    const bool function = first.key() >= Qt::Key_F1 && first.key() <= Qt::Key_F35;
    return function || (first.keyboardModifiers() & (Qt::ControlModifier | Qt::AltModifier | Qt::MetaModifier));
}

}  // namespace

QList<QKeySequence> defaultKeys(const QString& command) {
    const auto row = keyTable().find(command);
    return row == keyTable().end() ? QList<QKeySequence>() : row->second;
}

Shortcuts::Shortcuts(QMenuBar& menus, QWidget& window, Settings& settings)
    : QObject(&window), m_menus(menus), m_window(window), m_settings(settings) {}

QList<QKeySequence> Shortcuts::keysOf(const QString& command) const {
    const auto kept = m_settings.keys(command);
    if (!kept) return defaultKeys(command);
    const QKeySequence keys(*kept, QKeySequence::PortableText);
    return keys.isEmpty() ? QList<QKeySequence>() : QList<QKeySequence>{keys};
}

void Shortcuts::apply() {
    for (const Found& found : actionsOf(m_menus)) found.action->setShortcuts(keysOf(found.action->objectName()));
    for (QAbstractButton* button : m_window.findChildren<QAbstractButton*>()) {
        button->removeEventFilter(this);
        button->installEventFilter(this);
        tell(*button);
    }
}

/// "(Ctrl+P)" in a tip stands for the command that has these keys in the table.
QString Shortcuts::withPresentKeys(const QString& words) const {
    static const QRegularExpression inBrackets(QStringLiteral(" ?\\(([^()]+)\\)"));
    QString result;
    qsizetype end = 0;
    for (auto all = inBrackets.globalMatch(words); all.hasNext();) {
        const QRegularExpressionMatch match = all.next();
        const auto row = std::find_if(keyTable().begin(), keyTable().end(), [&](const auto& command) {
            return !command.second.isEmpty() && wordOf(command.second.front()) == match.captured(1);
        });
        if (row == keyTable().end()) continue;
        const QList<QKeySequence> now = keysOf(row->first);
        result += words.mid(end, match.capturedStart() - end);
        if (!now.isEmpty())
            result += match.captured().left(match.captured().indexOf(QLatin1Char('(')) + 1) + wordOf(now.front()) +
                      QLatin1Char(')');
        end = match.capturedEnd();
    }
    return result + words.mid(end);
}

void Shortcuts::tell(QWidget& part) {
    const QVariant before = part.property(kToldPlainly);
    const QString plain = before.isValid() ? before.toString() : part.toolTip(), words = withPresentKeys(plain);
    if (words == part.toolTip()) return;
    m_telling = true;
    part.setProperty(kToldPlainly, plain);
    if (part.accessibleDescription() == part.toolTip()) part.setAccessibleDescription(words);
    part.setToolTip(words);
    m_telling = false;
}

/// A tip that was set anew names the table's keys again.
bool Shortcuts::eventFilter(QObject* watched, QEvent* event) {
    if (event->type() == QEvent::ToolTipChange && !m_telling) {
        auto* part = static_cast<QWidget*>(watched);
        part->setProperty(kToldPlainly, QVariant());
        tell(*part);
    }
    return QObject::eventFilter(watched, event);
}

std::vector<Shortcuts::Command> Shortcuts::commands() const {
    std::vector<Command> all;
    for (const Found& found : actionsOf(m_menus)) {
        const QString id = found.action->objectName();
        const QString title = withoutMnemonic(found.action->text());
        all.push_back({id, title, found.menu, keysOf(id), defaultKeys(id)});
    }
    return all;
}

Shortcuts::Obstacle Shortcuts::obstacle(const QString& command, const QKeySequence& keys) const {
    if (keys.isEmpty()) return {};
    if (!isCommandKey(keys))
        return {{}, tr("Keys of a command need Ctrl or Alt, or are F1 to F35: others are typed into fields.")};
    for (const Command& other : commands())
        if (other.id != command && other.keys.contains(keys))
            return {other.id, tr("%1 already does: %2.").arg(wordOf(keys), other.title)};
    for (const QAction* action : m_window.findChildren<QAction*>()) {
        if (!action->shortcuts().contains(keys)) continue;
        const auto inMenus = actionsOf(m_menus);
        if (std::any_of(inMenus.begin(), inMenus.end(), [&](const Found& found) { return found.action == action; }))
            continue;
        return {{}, tr("%1 belongs to a page of the window and cannot be given away.").arg(wordOf(keys))};
    }
    return {};
}

void Shortcuts::keep(const QString& command, const QList<QKeySequence>& keys) {
    if (keys == defaultKeys(command)) return m_settings.forgetKeys(command);
    m_settings.setKeys(command, keys.isEmpty() ? QString() : keys.front().toString(QKeySequence::PortableText));
}

void Shortcuts::set(const QString& command, const QKeySequence& keys) {
    for (const Command& other : commands()) {
        if (keys.isEmpty() || other.id == command || !other.keys.contains(keys)) continue;
        QList<QKeySequence> left = other.keys;
        left.removeAll(keys);
        keep(other.id, left);
    }
    keep(command, keys.isEmpty() ? QList<QKeySequence>() : QList<QKeySequence>{keys});
    apply();
    Q_EMIT changed();
}

/// What took the table's keys meanwhile gives them back.
void Shortcuts::reset(const QString& command) {
    m_settings.forgetKeys(command);
    for (const QKeySequence& keys : defaultKeys(command))
        for (const Command& other : commands())
            if (other.id != command && other.keys.contains(keys)) keep(other.id, {});
    apply();
    Q_EMIT changed();
}

void Shortcuts::resetAll() {
    for (const Command& command : commands()) m_settings.forgetKeys(command.id);
    apply();
    Q_EMIT changed();
}

}  // namespace lorashear::ui
