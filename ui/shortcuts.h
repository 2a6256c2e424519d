#pragma once

#include <QKeySequence>
#include <QList>
#include <QObject>
#include <QPointer>
#include <QString>

#include <vector>

class QAction;
class QMenuBar;
class QWidget;

namespace lorashear::ui {

class Settings;

/// The keys of every command of the menus: those of the one table in shortcuts.cpp, or those that the person gave it. What tool tips say of keys follows.
class Shortcuts : public QObject {
    Q_OBJECT
public:
    struct Command {
        QString id, title, menu;  ///< object name of its action; words without the sign of the menu's own keys
        QList<QKeySequence> keys, defaults;
    };
    /// What is in the way of keys for a command.
    struct Obstacle {
        QString command;  ///< id of the command that has them: it can be made to give them up
        QString why;      ///< in a sentence; "" where nothing is
    };

    Shortcuts(QMenuBar& menus, QWidget& window, Settings& settings);
    void apply();  ///< once all menus are made, and whenever keys were changed

    std::vector<Command> commands() const;  ///< in the menus' order
    Obstacle obstacle(const QString& command, const QKeySequence& keys) const;
    void set(const QString& command, const QKeySequence& keys);  ///< empty: none. Taken from whoever has them
    void reset(const QString& command);
    void resetAll();

Q_SIGNALS:
    void changed();

protected:
    bool eventFilter(QObject* watched, QEvent* event) override;

private:
    QList<QKeySequence> keysOf(const QString& command) const;
    void keep(const QString& command, const QList<QKeySequence>& keys);
    QString withPresentKeys(const QString& words) const;
    void tell(QWidget& part);

    QMenuBar& m_menus;
    QWidget& m_window;
    Settings& m_settings;
    bool m_telling = false;
};

/// The table's; empty: none.
QList<QKeySequence> defaultKeys(const QString& command);

}  // namespace lorashear::ui
