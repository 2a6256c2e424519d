#pragma once

#include "ui/controller/format_facts.h"

#include <QWidget>

#include <vector>

class QGridLayout;
class QLabel;

namespace lorashear::ui {

/// What each export format is for and where it opens, all of them at once: for windows that have the room.
class FormatGuide : public QWidget {
    Q_OBJECT
public:
    explicit FormatGuide(QWidget* parent);
    void setFacts(const std::vector<FormatFacts>& all);
    /// In as many columns as the width takes.
    int heightIn(int width);

private:
    struct Entry {
        QWidget* box;
        QLabel *purpose, *opens;
    };
    void arrange(int columns);

    std::vector<Entry> m_entries;
    QGridLayout* m_grid;
    int m_columns = 0;
};

}  // namespace lorashear::ui
