#pragma once

#include "ui/models/row_table.h"
#include "ui/shortcuts.h"

#include <QDialog>

class QKeySequenceEdit;
class QLabel;
class QLineEdit;
class QPushButton;
class QSortFilterProxyModel;
class QTableView;

namespace lorashear::ui {

/// All commands with their keys, to be changed. What would take keys from another command says so first.
class ShortcutsDialog : public QDialog {
    Q_OBJECT
public:
    ShortcutsDialog(Shortcuts& shortcuts, QWidget* parent);
    ~ShortcutsDialog() override;

private:
    void makeTable(class QVBoxLayout& column);
    void makeFields(class QVBoxLayout& column);
    void fill();
    void choose();
    void describe();
    void set();
    QString current() const;  ///< id of the command; "": none

    Shortcuts& m_shortcuts;
    RowTable<Shortcuts::Command>* m_rows;
    QSortFilterProxyModel* m_shown;
    QLineEdit* m_search = nullptr;
    QTableView* m_table = nullptr;
    QKeySequenceEdit* m_keys = nullptr;
    QLabel* m_note = nullptr;
    QPushButton *m_set = nullptr, *m_none = nullptr, *m_reset = nullptr, *m_resetAll = nullptr;
};

}  // namespace lorashear::ui
