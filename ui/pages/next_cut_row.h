#pragma once

#include "ui/controller/next_cut.h"

#include <QTimer>
#include <QWidget>

class QLabel;
class QPushButton;

namespace lorashear::ui {

class Studio;

/// The cheapest next cut with its price, and the button that takes it.
class NextCutRow : public QWidget {
    Q_OBJECT
public:
    NextCutRow(Studio& studio, QWidget* parent);
    void take();  ///< one undoable edit; nothing where nothing can go

private:
    void refresh();

    Studio& m_studio;
    NextCut m_cut;
    QTimer m_rest;
    QPushButton* m_button;
    QLabel* m_words;
};

}  // namespace lorashear::ui
