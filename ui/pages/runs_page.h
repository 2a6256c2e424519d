#pragma once

#include "ui/pages/page.h"

#include <QStringList>
#include <QTimer>

#include <vector>

class QLabel;
class QLineEdit;
class QPushButton;
class QSortFilterProxyModel;
class QTableView;

namespace lorashear::ui {

class RunCatalogue;
class RunsPlots;
class RunsTable;
struct RunSummary;

/// Every run of this person at a glance: a table to sort and search, the curves of the chosen ones over each other, and size against perplexity.
class RunsPage : public Page {
    Q_OBJECT
public:
    RunsPage(Studio& studio, QWidget* parent);
    StageState state() const override;
    void takeFocus() override;

protected:
    void refresh() override;
    void resizeEvent(QResizeEvent* event) override;

private:
    QWidget* makeBar();
    QWidget* makeTable();
    void fill();
    void fitColumns();
    void overlay();
    void makeCurrent(const QString& folder);
    void choose(const QStringList& folders);  ///< as if their rows had been selected
    QStringList chosen() const;               ///< folders of the selected rows, from above
    void openCurrent();
    void showMenu(const QPoint& at);
    const RunSummary* runOf(const QString& folder) const;
    QString folderOf(int shownRow) const;

    RunCatalogue* m_catalogue;
    RunsTable* m_runs;
    QSortFilterProxyModel* m_shown;
    QTableView* m_table = nullptr;
    QLabel* m_summary = nullptr;
    QLineEdit* m_search = nullptr;
    QPushButton *m_open = nullptr, *m_markdown = nullptr, *m_csv = nullptr;
    RunsPlots* m_plots = nullptr;
    QStringList m_chosen;
    bool m_choosing = false;
    QTimer m_again;  ///< while a run goes on
};

}  // namespace lorashear::ui
