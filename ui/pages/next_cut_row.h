#pragma once

#include "ui/controller/next_cut.h"

#include <QTimer>
#include <QWidget>

class QLabel;
class QPushButton;

namespace lorashear::ui {

class Studio;

/// The button that takes the cheapest next cut, and the words that say its price.
class NextCutRow : public QWidget {
    Q_OBJECT
public:
    NextCutRow(Studio& studio, QWidget* parent);
    QLabel* words() const { return m_words; }  ///< a row of its own: words that wrap need one
    void take();                               ///< one undoable edit; nothing where nothing can go

private:
    void refresh();

    Studio& m_studio;
    NextCut m_cut;
    QTimer m_rest;
    QPushButton* m_button;
    QLabel* m_words;
};

}  // namespace lorashear::ui
