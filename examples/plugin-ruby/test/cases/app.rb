module Greetings
  class Polite
    def self.greet(event:, context:) = { statusCode: 200, body: "Dear #{event['name']}" }
  end
end

def handler(event:, context:)
  puts "greeting #{event['name']}"
  raise ArgumentError, 'the event names nobody' unless event['name']

  { statusCode: 200, body: "Hello #{event['name']}" }
end
