#pragma once

#include "ui/controller/lineup.h"
#include "ui/pages/page.h"

#include <QStringList>

#include <memory>
#include <vector>

class QHBoxLayout;
class QLabel;
class QProgressBar;
class QPushButton;
class QTableView;

namespace lorashear::ui {

class CausePanel;
class CompareColumns;
class CompareTable;
class CompareTexts;
struct ComparedColumn;

/// Two to four models side by side: what was measured of them, and what they write.
class ComparePage : public Page {
    Q_OBJECT
public:
    ComparePage(Studio& studio, QWidget* parent);
    StageState state() const override;

protected:
    void refresh() override;
    void showEvent(QShowEvent* event) override;

private:
    void addButtons(QHBoxLayout* head);
    void copy(const QString& text, const QString& what);
    void showMenu(const QPoint& at);
    void readFigures();
    void fill();
    std::vector<LineupEntry> shownColumns() const;
    ComparedColumn asColumn(const LineupEntry& entry) const;
    void measureDivergence();
    void showProgress();
    void fitTable();
    void fitHeight();

    CompareColumns* m_columns;
    CompareTable* m_rows;
    CompareTexts* m_texts;
    CausePanel* m_causes = nullptr;
    QTableView* m_table = nullptr;
    QLabel* m_summary = nullptr;
    QPushButton *m_measure = nullptr, *m_markdown = nullptr, *m_latex = nullptr, *m_csv = nullptr, *m_cancel = nullptr;
    QProgressBar* m_progress = nullptr;
    std::shared_ptr<const RunFigures> m_figures;  ///< of the run shown
    QString m_figuresOf;                          ///< what they were read from: they are read again when it has changed
    std::vector<LineupEntry> m_entries;
    QStringList m_wanted;  ///< what the person chose, as far as it is there; empty: the usual columns
};

}  // namespace lorashear::ui
