#pragma once

#include <QWidget>

class QLabel;
class QUndoView;

namespace lorashear::ui {

class PanelHost;
class Studio;

/// The edits of the recipe, one a line, as the undo stack names them. The line that is chosen is the state in force: a click or an arrow key goes there.
class HistoryPanel : public QWidget {
    Q_OBJECT
public:
    HistoryPanel(Studio& studio, PanelHost& host, QWidget* parent);

private:
    void describe();

    Studio& m_studio;
    QUndoView* m_view;
    QLabel* m_words;
};

}  // namespace lorashear::ui
