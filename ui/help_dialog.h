#pragma once

#include <QDialog>

namespace lorashear::ui {

/// A page of resources/help, beside the window and not in its way.
class HelpDialog : public QDialog {
    Q_OBJECT
public:
    /// page: a file's name without its ending.
    HelpDialog(const QString& page, const QString& title, QWidget* parent);
};

}  // namespace lorashear::ui
