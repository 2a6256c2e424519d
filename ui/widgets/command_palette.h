#pragma once

#include <QDialog>
#include <QPointer>
#include <QString>

#include <functional>
#include <vector>

class QLineEdit;
class QListWidget;

namespace lorashear::ui {

/// Everything that can be done now, found by typing a part of its name: what the menus hold and the buttons of the page in sight. What cannot be done now is
/// not in the list.
class CommandPalette : public QDialog {
    Q_OBJECT
public:
    struct Entry {
        QString title, where, keys;
        std::function<void()> act;
    };
    explicit CommandPalette(std::vector<Entry> entries, QWidget* parent);

protected:
    bool eventFilter(QObject* watched, QEvent* event) override;

private:
    void fill(const QString& typed);
    void carryOut();

    std::vector<Entry> m_entries;
    QLineEdit* m_search;
    QListWidget* m_list;
};

/// Of a window's menus, and of the enabled buttons inside `page`.
std::vector<CommandPalette::Entry> entriesOf(const QWidget& menus, const QWidget* page);

}  // namespace lorashear::ui
