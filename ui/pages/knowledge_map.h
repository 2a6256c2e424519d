#pragma once

#include <QWidget>

class QLabel;

namespace lorashear::ui {

class HeatMap;
class Histogram;
class Studio;

/// Where the knowledge lies over the depth: layers by units as a map of colours, and how often which loss was measured.
class KnowledgeMap : public QWidget {
    Q_OBJECT
public:
    KnowledgeMap(Studio& studio, QWidget* parent);
    void refresh();

private:
    Studio& m_studio;
    HeatMap* m_map;
    QLabel* m_words;
    Histogram* m_histogram;
};

}  // namespace lorashear::ui
