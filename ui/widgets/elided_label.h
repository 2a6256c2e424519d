#pragma once

#include <QLabel>

namespace lorashear::ui {

/// One line that ends in … where it has no room; its tip then has the whole of it. Screen readers hear all of it anyway.
class ElidedLabel : public QLabel {
    Q_OBJECT
public:
    ElidedLabel(const QString& text, const char* role, QWidget* parent);  ///< role: of the style sheet, "muted"
    QSize minimumSizeHint() const override;

protected:
    bool event(QEvent* event) override;
    void paintEvent(QPaintEvent* event) override;

private:
    QString shown() const;
};

}  // namespace lorashear::ui
