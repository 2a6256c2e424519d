#pragma once

#include <QWidget>

class QCheckBox;
class QLabel;
class QLineEdit;
class QSortFilterProxyModel;
class QTableView;

namespace lorashear::ui {

class SettingList;
class Studio;

/// Every setting of the recipe as a list that is searched and edited in place, also those that no form of the window shows. Rows, bounds, choices
/// and words come from the recipe's tables: a new setting stands here without a line of code.
class SettingsTab : public QWidget {
    Q_OBJECT
public:
    SettingsTab(Studio& studio, QWidget* parent);

protected:
    void showEvent(QShowEvent* event) override;

private:
    void refresh();
    int chosenRow() const;  ///< of the list behind the filter; -1: none
    void showChosen();
    void showMenu(const QPoint& at);

    SettingList* m_list;
    QSortFilterProxyModel* m_shown;
    QTableView* m_table;
    QLineEdit* m_search;
    QCheckBox* m_changedOnly;
    QLabel* m_help;
};

}  // namespace lorashear::ui
