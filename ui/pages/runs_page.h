#pragma once

#include "ui/pages/page.h"

#include <QStringList>
#include <QTimer>

#include <vector>

class QComboBox;
class QLabel;
class QLineEdit;
class QPushButton;
class QSortFilterProxyModel;
class QTableView;

namespace lorashear::ui {

class CurvePlot;
class PointPlot;
class RunCatalogue;
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
    QWidget* makePlots();
    void fill();
    void fillTexts();
    void fitColumns();
    void fillCurves();
    void fillSizes();
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
    QLabel *m_summary = nullptr, *m_note = nullptr;
    QLineEdit* m_search = nullptr;
    QComboBox* m_text = nullptr;
    QPushButton *m_open = nullptr, *m_markdown = nullptr, *m_csv = nullptr;
    CurvePlot *m_loss = nullptr, *m_perplexity = nullptr;
    PointPlot* m_sizes = nullptr;
    QStringList m_chosen;
    bool m_choosing = false;
    QTimer m_again;  ///< while a run goes on
};

}  // namespace lorashear::ui
