#pragma once

#include "core/run/command.h"

#include <QWidget>

#include <vector>

class QLabel;
class QTableView;

namespace lorashear::ui {

class CauseTable;
struct CauseRow;
class Studio;

/// "Which removed group changed this token?": the answer to what a ribbon of the texts was asked, as it is measured.
class CausePanel : public QWidget {
    Q_OBJECT
public:
    CausePanel(Studio& studio, QWidget* parent);

    void takeKeyboard();
    void setOriginal(
        const ComparedModel& original);  ///< what the columns are held against: answers about another one are none

protected:
    void showEvent(QShowEvent* event) override;

private:
    void fill();
    void setRows(std::vector<CauseRow> rows);

    Studio& m_studio;
    ComparedModel m_original;
    CauseTable* m_rows;
    QTableView* m_table = nullptr;
    QLabel *m_question = nullptr, *m_whole = nullptr, *m_protocol = nullptr;
    bool m_filling = false;
};

}  // namespace lorashear::ui
