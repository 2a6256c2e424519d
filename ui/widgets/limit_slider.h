#pragma once

#include <QSlider>

namespace lorashear::ui {

/// A slider with a mark at the largest value that can be met; what lies beyond is hatched. It can be moved there all the same, since the
/// limit may give way.
class LimitSlider : public QSlider {
    Q_OBJECT
public:
    explicit LimitSlider(QWidget* parent = nullptr);
    void setLimit(int limit, const QString& words);  ///< of the slider's values; below its least: none
    int limit() const { return m_limit; }
    int limitPosition() const;  ///< in pixels from the left; -1: none is shown

protected:
    void paintEvent(QPaintEvent* event) override;

private:
    int m_limit = -1;
};

}  // namespace lorashear::ui
