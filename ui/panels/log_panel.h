#pragma once

#include "ui/models/row_table.h"

#include <QDateTime>
#include <QWidget>

#include <cstddef>
#include <string>

class QLabel;
class QPushButton;
class QTableView;

namespace lorashear::ui {

class PanelHost;
class Studio;

/// What the window has said since it was opened, with the time: passing words of the status bar, errors with what to do, and the events of a run while it goes
/// on. The line that is chosen stands below in full.
class LogPanel : public QWidget {
    Q_OBJECT
public:
    LogPanel(Studio& studio, PanelHost& host, QWidget* parent);

private:
    struct Row {
        QDateTime at;
        QString level, words;
    };
    void add(const QString& level, const QString& words);
    void hearRun();
    void describe();
    QString chosen() const;

    Studio& m_studio;
    RowTable<Row>* m_rows;
    QTableView* m_table;
    QLabel* m_words;
    QPushButton *m_manual, *m_copy;
    std::string m_run;        ///< the run whose events are listed
    std::size_t m_heard = 0;  ///< of its events
    bool m_going = false;     ///< when it was heard last
    bool m_goesOn = false;    ///< a run that is resumed or branched off has not said its first word yet
};

}  // namespace lorashear::ui
