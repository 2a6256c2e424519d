#pragma once

#include <QWidget>

class QLabel;
class QTableView;

namespace lorashear::ui {

class CauseTable;
class Studio;

/// "Which removed group changed this token?": the answer to what a ribbon of the texts was asked, as it is measured.
class CausePanel : public QWidget {
    Q_OBJECT
public:
    CausePanel(Studio& studio, QWidget* parent);

protected:
    void showEvent(QShowEvent* event) override;

private:
    void fill();

    Studio& m_studio;
    CauseTable* m_rows;
    QTableView* m_table = nullptr;
    QLabel *m_question = nullptr, *m_whole = nullptr, *m_protocol = nullptr;
};

}  // namespace lorashear::ui
