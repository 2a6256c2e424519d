#pragma once

#include "ui/teach/tour.h"

#include <QWidget>

#include <vector>

class QLabel;
class QListWidget;
class QPushButton;

namespace lorashear::ui {

class PanelHost;
class Studio;

/// The tours and lessons that ship, with what each is about; Enter, a double-click or the button walks it over the window.
class LessonsPanel : public QWidget {
    Q_OBJECT
public:
    LessonsPanel(Studio& studio, PanelHost& host, QWidget* parent);

private:
    void describe(int row);
    void start();

    PanelHost& m_host;
    std::vector<Tour> m_tours;
    QListWidget* m_list;
    QLabel* m_about;
    QPushButton* m_start;
};

}  // namespace lorashear::ui
