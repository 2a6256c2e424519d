#pragma once

#include <QWidget>

namespace lorashear::ui {

class Studio;

/// How a run recovers: the scheme with its options, and what every scheme trains with. All rows come from the tables of settings.
class RecoverSettings : public QWidget {
    Q_OBJECT
public:
    RecoverSettings(Studio& studio, QWidget* parent);
};

}  // namespace lorashear::ui
